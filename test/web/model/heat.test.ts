import { describe, expect, it } from 'vitest';
import { cellLabel, cellText, dayAfter, daysBetween, figureOf, heat, shortNumber } from '../../../web/model/heat.ts';

describe('a cell of the heat map', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [999, '999'],
    [1000, '1.0k'],
    [1240, '1.2k'],
    [9949, '9.9k'],
    [9960, '10k'],
    [999_499, '999k'],
    [999_500, '1.0M'],
    [3_400_000_000, '3.4G'],
    [5e15, '5000T'],
  ])('shows %d as %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });

  it.each([
    [1240, 'rows', '1.2k', '1.2k, 1,240 rows'],
    [1, 'objects', '1', '1 object'],
    [3, 'late', '3', '3 late rows'],
    [2, 'generation', '2', 'generation 2'],
    [1, 'compacted', 'yes', 'yes, compacted'],
    [0, 'compacted', 'no', 'no, not compacted'],
    [null, 'bytes', '?', '?, bytes not known'],
  ] as const)('of %s %s says %s, and to a screen reader: %s', (value, figure, text, label) => {
    expect([cellText(value, figure), cellLabel(value, figure)]).toEqual([text, label]);
  });

  it('is darker the greater its number is, and not shaded without one', () => {
    expect([heat(0, 100), heat(null, 100), heat(5, 0)]).toEqual([0, 0, 0]);
    expect(heat(100, 100)).toBe(1);
    expect(heat(10, 100)).toBeGreaterThan(heat(9, 100));
  });

  it('shows rows for a figure that does not exist', () => {
    expect([figureOf('late'), figureOf('<b>'), figureOf(undefined)]).toEqual(['late', 'rows', 'rows']);
  });
});

it('days go on over the end of a month, and a span that ends before it begins has none', () => {
  expect([dayAfter('2026-01-31'), dayAfter('2026-03-01', -1)]).toEqual(['2026-02-01', '2026-02-28']);
  expect(daysBetween('2026-01-31', '2026-02-01')).toEqual(['2026-02-01', '2026-01-31']);
  expect(daysBetween('2026-02-02', '2026-02-01')).toEqual([]);
});
