import { describe, expect, it } from 'vitest';
import { generatedLines } from '../../lib/local/generated-lines.ts';
import { generators } from '../support/fixture-project.ts';
import { testClock } from '../support/test-clock.ts';

const [feedback] = generators.filter(({ stream }) => stream === 'shop.feedback');

async function made(seed: number | null, count: number) {
  const lines: (readonly [number, string])[] = [];
  if (feedback === undefined) throw new Error('expected a generator of shop.feedback, found none');
  for await (const { source, bytes } of generatedLines(feedback, { seed, count, clock: testClock() })) {
    lines.push([source.lineNumber, Buffer.from(bytes).toString()]);
  }
  return lines;
}

describe('generatedLines', () => {
  it('makes as many events as it is asked for, numbered, and the same ones for the same seed', async () => {
    const lines = await made(7, 30);
    expect(lines.map(([lineNumber]) => lineNumber)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(await made(7, 30)).toEqual(lines);
    expect(await made(8, 30)).not.toEqual(lines);
  });

  it('takes event times from the clock', async () => {
    const [first] = await made(null, 1);
    expect(JSON.parse(first?.[1] ?? '').feedbackDate).toBe('2026-01-31T13:00:00.000Z');
  });
});
