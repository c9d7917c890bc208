import { describe, expect, it } from 'vitest';
import { fromFirstValue, lonePoints } from '../../../web/model/series.ts';

describe('a line', () => {
  it('has a point where a value has no neighbour', () => {
    expect(lonePoints([1, null, 2, 3, undefined, 4])).toEqual([0, 5]);
    expect(lonePoints([null, 0, null])).toEqual([1]);
    expect(lonePoints([])).toEqual([]);
  });
});

describe('a chart', () => {
  const starts = Array.from({ length: 60 }, (_, index) => `minute ${index}`);
  const line = (country: string, first: number) => {
    return { group: { country }, points: starts.map((_, index) => (index < first ? null : index)) };
  };

  it('begins with the first value of any line', () => {
    const shown = fromFirstValue({ starts, lines: [line('Italy', 40), line('Spain', 20)] });
    expect(shown.starts).toEqual(starts.slice(20));
    expect(shown.lines.map(({ points }) => points[0])).toEqual([null, 20]);
  });

  it('has ten windows at least', () => {
    expect(fromFirstValue({ starts, lines: [line('Italy', 59)] }).starts).toEqual(starts.slice(50));
    expect(fromFirstValue({ starts, lines: [] }).starts).toEqual(starts.slice(50));
    expect(fromFirstValue({ starts: starts.slice(0, 3), lines: [] }).starts).toEqual(starts.slice(0, 3));
  });
});
