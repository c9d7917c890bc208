import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDigits, decimalText, digitsOf, isWhole } from '../../lib/pipeline/decimals.ts';

const decimal = (number: number | string, precision: number, scale: number) =>
  decimalText(digitsOf(String(number)), precision, scale);

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
    expect(decimal(value, 12, 2)).toBe(text);
  });

  it.each([9999999999.995, -9999999999.995, 1e10, 1e21, 1e300])('%d has too many digits', (value) => {
    expect(decimal(value, 12, 2)).toBeUndefined();
  });
});

describe('a number as any decimal', () => {
  it.each([
    [0.5, 1, 0, '1'],
    [0.99, 2, 2, '0.99'],
    [0.995, 2, 2, undefined],
    [1.5e21, 38, 10, '1500000000000000000000.0000000000'],
    [1.2345e-7, 18, 10, '0.0000001235'],
    ['1000000000000000000', 20, 2, undefined],
    ['999999999999999999', 20, 2, '999999999999999999.00'],
    ['999999999999999999.995', 20, 2, undefined],
    ['12345678901234567.89', 20, 2, '12345678901234567.89'],
    ['99999999999999999999999999999999999999', 38, 0, '99999999999999999999999999999999999999'],
    ['100000000000000000000000000000000000000', 38, 0, undefined],
    ['0.00000000000000000000000000000000000001', 38, 38, '0.00000000000000000000000000000000000001'],
    ['1.0050', 12, 2, '1.01'],
    ['1.00499999999999999999', 12, 2, '1.00'],
    ['1E+2', 12, 2, '100.00'],
    ['0.001e5', 12, 2, '100.00'],
    ['1e400', 38, 0, undefined],
    ['1e-400', 38, 38, '0.00000000000000000000000000000000000000'],
    ['0e999999999999999999999', 12, 2, '0.00'],
    ['1e999999999999999999999', 12, 2, undefined],
    ['1e-999999999999999999999', 12, 2, '0.00'],
    ['-0', 12, 2, '0.00'],
  ])('%s as decimal(%d,%d) is %s', (value, precision, scale, text) => {
    expect(decimal(value, precision, scale)).toBe(text);
  });

  it('is exact for every number that has its digits', () => {
    const property = fc.property(fc.integer(), fc.integer({ min: 0, max: 6 }), (unscaled, scale) => {
      const value = Number(`${unscaled}e-${scale}`);
      expect(decimal(value, 38, scale)).toBe(value.toFixed(scale).replace(/^-(0(?:\.0*)?)$/, '$1'));
    });
    fc.assert(property);
  });

  it('is within half a unit of the number, and exact where the scale is enough', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,25})?$/);
    const property = fc.property(digits, fc.integer({ min: 0, max: 19 }), (text, scale) => {
      const exact = BigInt(text.replace('.', ''));
      const fraction = text.split('.')[1]?.length ?? 0;
      const read = BigInt((decimal(text, 38, scale) ?? '').replace('.', ''));
      const common = 10n ** 30n;
      const apart = (exact * common) / 10n ** BigInt(fraction) - (read * common) / 10n ** BigInt(scale);
      const half = common / 10n ** BigInt(scale) / 2n;
      expect(apart <= half && -apart <= half).toBe(true);
      if (fraction <= scale) expect(apart).toBe(0n);
    });
    fc.assert(property);
  });
});

describe('the digits of a number', () => {
  it.each([
    ['1', true],
    ['1.0', true],
    ['1.5', false],
    ['1.0000000000000000000001', false],
    ['1.5e1', true],
    ['1e-1', false],
    ['10e-1', true],
    ['0.0', true],
    ['0e-5', true],
    ['1e400', true],
  ])('of %s are whole: %s', (text, whole) => {
    expect(isWhole(digitsOf(text))).toBe(whole);
  });

  it('compare as the numbers do', () => {
    const number = fc.stringMatching(/^-?(0|[1-9]\d{0,3})(\.\d{1,3})?(e-?\d)?$/);
    const property = fc.property(number, number, (left, right) => {
      const compared = Math.sign(compareDigits(digitsOf(left), digitsOf(right)));
      expect(compared === Math.sign(Number(left) - Number(right))).toBe(true);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('compare beyond a double', () => {
    expect(compareDigits(digitsOf('5.00000000000000000000000000001'), digitsOf('5'))).toBeGreaterThan(0);
    expect(compareDigits(digitsOf('-9007199254740993'), digitsOf('-9007199254740992'))).toBeLessThan(0);
  });
});
