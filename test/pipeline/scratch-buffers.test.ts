import { describe, expect, it } from 'vitest';
import { giveBackScratch, takeScratch } from '../../lib/pipeline/scratch-buffers.ts';

const MEBIBYTE = 1024 * 1024;

/** Other tests leave buffers behind. Buffers are compared by identity: vitest would look at every byte. */
function none(): void {
  for (let count = 0; count < 16; count++) takeScratch(1);
}

describe('scratch buffers', () => {
  it('are used again, for what is slightly larger too', () => {
    none();
    const buffer = takeScratch(4.2 * MEBIBYTE);
    giveBackScratch(buffer);
    const [again, another] = [takeScratch(4.4 * MEBIBYTE), takeScratch(4.4 * MEBIBYTE)];
    expect([again === buffer, another === buffer]).toEqual([true, false]);
  });

  it('are no more than are in use at a time: one that has become too small makes way', () => {
    none();
    const small = takeScratch(MEBIBYTE);
    giveBackScratch(small);
    const large = takeScratch(3 * MEBIBYTE);
    giveBackScratch(large);
    const [first, second] = [takeScratch(1), takeScratch(1)];
    expect([first === large, second === small]).toEqual([true, false]);
  });

  it('are left to the collector when they are very large, or many', () => {
    none();
    giveBackScratch(takeScratch(17 * MEBIBYTE));
    expect(takeScratch(1).length).toBe(MEBIBYTE);
    const four = Array.from({ length: 4 }, () => takeScratch(5 * MEBIBYTE));
    for (const buffer of four) giveBackScratch(buffer);
    const next = Array.from({ length: 4 }, () => takeScratch(1));
    expect(next.map((buffer) => four.indexOf(buffer))).toEqual([1, 2, 3, -1]);
  });
});
