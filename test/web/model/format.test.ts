import { describe, expect, it } from 'vitest';
import {
  drawn,
  figureLabel,
  figureUnit,
  groupLabel,
  groupText,
  shownLength,
  shownRate,
  shownSeconds,
  shownValue,
} from '../../../web/model/format.ts';

describe('a value', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [-1234567, '-1,234,567'],
    ['9007199254740993', '9,007,199,254,740,993'],
    ['-123456789012345678901234.50', '-123,456,789,012,345,678,901,234.50'],
    ['2026-01-31T10:45:00Z', '2026-01-31T10:45:00Z'],
    [null, '–'],
  ])('%j is shown as %s, with every digit', (value, shown) => expect(shownValue(value)).toBe(shown));

  it('is drawn where it is a number, by the nearest that the screen can show', () => {
    expect([drawn('9007199254740993'), drawn('1.5'), drawn('soon'), drawn(null)]).toEqual([2 ** 53, 1.5, null, null]);
  });
});

describe('a rate', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [0.04, '<0.1'],
    [0.44, '0.4'],
    [9.94, '9.9'],
    [1239.6, '1,240'],
  ])('%j events a second are shown as %s', (rate, shown) => expect(shownRate(rate)).toBe(shown));
});

describe('a length of time', () => {
  it.each([
    [null, '–'],
    [-3, '0 s'],
    [119.9, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 h'],
    [172_800, '2 d'],
  ])('%j seconds are shown as %s', (seconds, shown) => expect(shownSeconds(seconds)).toBe(shown));

  it.each([
    [60, '1 min'],
    [90, '90 s'],
    [7200, '2 h'],
  ])('a window of %i seconds is shown as %s', (seconds, shown) => expect(shownLength(seconds)).toBe(shown));
});

describe('a figure', () => {
  const figure = (op: 'count' | 'sum' | 'min' | 'max', field: string | null, unit: string | null) => {
    return { name: 'any', op, field, unit };
  };

  it('is named after its operation and its field, and a count after its unit', () => {
    expect(figureLabel(figure('count', null, 'purchases'))).toBe('purchases');
    expect(figureLabel(figure('count', null, null))).toBe('events');
    expect(figureLabel(figure('sum', 'amount', 'EUR'))).toBe('sum of amount');
    expect(figureLabel(figure('min', 'min_offer.unit_price', null))).toBe('smallest unit price');
    expect(figureLabel(figure('max', 'price', null))).toBe('greatest price');
  });

  it('has its unit beside it, unless the unit is its name', () => {
    expect(figureUnit(figure('sum', 'amount', 'EUR'))).toBe('EUR');
    expect(figureUnit(figure('count', null, 'purchases'))).toBeNull();
  });
});

describe('a group', () => {
  it('is shown as it is, with words for what cannot be seen', () => {
    expect(groupLabel({ country: '<b>Italy</b>', currency: 'EUR' })).toBe('<b>Italy</b> · EUR');
    expect(groupLabel({})).toBe('all');
    expect([groupText(null), groupText(''), groupText(undefined)]).toEqual(['no value', 'empty text', 'no value']);
  });

  it('of a megabyte is shown by its beginning', () => {
    const shown = groupText('x'.repeat(1_000_000));
    expect(shown).toBe(`${'x'.repeat(80)}…`);
  });
});
