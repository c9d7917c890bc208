import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countOffsets,
  includes,
  isBehind,
  lastOffset,
  notCovered,
  type OffsetRanges,
  offsetsIn,
  rangesOf,
  subtract,
  union,
} from '../../lib/pipeline/offset-ranges.ts';

const offsets = fc.uniqueArray(fc.nat(40)).map((all) => all.sort((one, other) => one - other));
const isTidy = (ranges: OffsetRanges) =>
  ranges.every(([first, last], index) => first <= last && (index === 0 || first > (ranges[index - 1]?.[1] ?? 0) + 1));

describe('ranges of offsets', () => {
  it('hold exactly the offsets that they are made of, in as few ranges as possible', () => {
    fc.assert(
      fc.property(offsets, (all) => {
        const ranges = rangesOf(all);
        expect([...offsetsIn(ranges)]).toEqual(all);
        expect(isTidy(ranges)).toBe(true);
        expect(lastOffset(ranges)).toBe(all.at(-1) ?? -1);
      }),
    );
  });

  it('take an offset that is given twice, as a broker that repeats itself does, once', () => {
    expect(rangesOf([3, 4, 4, 3, 5])).toEqual([[3, 5]]);
  });

  it('are united and subtracted as sets of offsets are', () => {
    fc.assert(
      fc.property(offsets, offsets, (left, right) => {
        const both = union(rangesOf(left), rangesOf(right));
        const rest = subtract(rangesOf(left), rangesOf(right));
        expect(new Set(offsetsIn(both))).toEqual(new Set([...left, ...right]));
        expect([...offsetsIn(rest)]).toEqual(left.filter((offset) => !right.includes(offset)));
        expect([both, rest].every(isTidy)).toBe(true);
      }),
    );
  });

  it('include what they hold and nothing else, and leave the records that they do not hold', () => {
    fc.assert(
      fc.property(offsets, offsets, (held, asked) => {
        const ranges = rangesOf(held);
        const records = asked.map((offset) => ({ offset }));
        expect(asked.filter((offset) => includes(ranges, offset))).toEqual(asked.filter((one) => held.includes(one)));
        expect(notCovered(ranges, records)).toEqual(records.filter(({ offset }) => !held.includes(offset)));
        expect(isBehind(ranges, asked[0])).toBe(asked[0] !== undefined && held.every((one) => one < (asked[0] ?? 0)));
      }),
    );
  });

  it('that are scattered, a hundred thousand of them, are subtracted in moments', () => {
    const even = rangesOf(Array.from({ length: 100_000 }, (_, index) => 2 * index));
    const everyFourth = rangesOf(Array.from({ length: 50_000 }, (_, index) => 4 * index));
    expect(countOffsets(subtract(even, everyFourth))).toBe(50_000);
  }, 5000);
});
