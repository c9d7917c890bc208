import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaps } from '../../lib/generators/gaps.ts';
import { MAX_SEED } from '../../lib/generators/seeded-faker.ts';
import type { Stream } from '../../lib/project.ts';
import { contracts, generators } from '../support/shipped.ts';
import { distinct, eventTexts, range } from '../support/streams-of.ts';

const streams: readonly Stream[] = generators.flatMap((generator) =>
  contracts.filter(({ name }) => name === generator.stream).map((contract) => ({ contract, generator })),
);
const seeds = fc.integer({ min: 0, max: MAX_SEED });

describe('every generator', () => {
  it('serves a stream that is not refined from another, and none is served twice', () => {
    const sources = contracts.filter(({ refinedFrom }) => refinedFrom === null).map(({ name }) => name);
    const served = generators.map(({ stream }) => stream);
    expect(sources).toEqual(expect.arrayContaining(served));
    expect(distinct(served)).toBe(served.length);
  });

  it('makes the same events byte for byte from the same seed, times and count', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...generators), (seed, { stream }) => {
        expect(eventTexts(streams, stream, seed, 5)).toEqual(eventTexts(streams, stream, seed, 5));
      }),
      { numRuns: 60 },
    );
  });

  it('makes other events from another seed, and from no seed', () => {
    for (const { stream } of generators) {
      const texts = [1, 2, null].map((seed) => eventTexts(streams, stream, seed, 5));
      expect(distinct(texts.map(String)), stream).toBe(3);
    }
  });

  it.each(generators)('of $stream keeps its pace', (generator) => {
    const [min, max] = generator.everyMs;
    const [shortest, longest] = range(Array.from({ length: 500 }, gaps(generator, 7)));
    expect(shortest).toBeGreaterThanOrEqual(min);
    expect(longest).toBeLessThanOrEqual(max);
    expect(longest - shortest).toBeGreaterThanOrEqual((max - min) * 0.8);
  });
});
