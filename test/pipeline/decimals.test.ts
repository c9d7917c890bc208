import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText } from '../../lib/pipeline/decimals.ts';

describe('a number as decimal(12,2)', () => {
  it.each([
    [64.1, '64.10'],
    [192.29999999999998, '192.30'],
    [1.005, '1.01'],
    [2.675, '2.68'],
    [-1.005, '-1.01'],
    [0.004, '0.00'],
    [-0.004, '0.00'],
    [-0, '0.00'],
    [0.005, '0.01'],
    [0.995, '1.00'],
    [9.995, '10.00'],
    [1e3, '1000.00'],
    [1.5e-7, '0.00'],
    [5e-3, '0.01'],
    [5e-324, '0.00'],
    [9999999999.99, '9999999999.99'],
    [9999999999.994, '9999999999.99'],
    [-9999999999.994, '-9999999999.99'],
  ])('%d is %s', (value, text) => {
    expect(decimalText(value, 12, 2)).toBe(text);
  });

  it.each([9999999999.995, -9999999999.995, 1e10, 1e21, 1e300, Number.POSITIVE_INFINITY, Number.NaN])(
    '%d has too many digits',
    (value) => {
      expect(decimalText(value, 12, 2)).toBeUndefined();
    },
  );
});

describe('a number as any decimal', () => {
  it.each([
    [0.5, 1, 0, '1'],
    [0.99, 2, 2, '0.99'],
    [0.995, 2, 2, undefined],
    [1.5e21, 38, 10, '1500000000000000000000.0000000000'],
    [1.2345e-7, 18, 10, '0.0000001235'],
  ])('%d as decimal(%d,%d) is %s', (value, precision, scale, text) => {
    expect(decimalText(value, precision, scale)).toBe(text);
  });

  it('is exact for every number that has its digits', () => {
    const property = fc.property(fc.integer(), fc.integer({ min: 0, max: 6 }), (unscaled, scale) => {
      const value = Number(`${unscaled}e-${scale}`);
      expect(decimalText(value, 38, scale)).toBe(value.toFixed(scale).replace(/^-(0(?:\.0*)?)$/, '$1'));
    });
    fc.assert(property);
  });
});
