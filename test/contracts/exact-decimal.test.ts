import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithinTolerance, unscaled } from '../../lib/contracts/exact-decimal.ts';

describe('a decimal’s exact text', () => {
  it.each([
    ['192.30', 19230n],
    ['192.3', 19230n],
    ['192', 19200n],
    ['-0.05', -5n],
    ['0.00', 0n],
    ['9999999999.99', 999_999_999_999n],
  ])('%s is %s hundredths', (text, expected) => {
    expect(unscaled(text, 2)).toBe(expected);
  });

  it('is the number of its smallest units, whatever the number', () => {
    const text = (cents: bigint) => {
      const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
      return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 38n), 10n ** 38n), (cents) => unscaled(text(cents), 2) === cents),
      { numRuns: 200 },
    );
  });
});

it('two amounts are within a tolerance in both directions, the tolerance included', () => {
  expect([9n, 10n, 11n].map((one) => isWithinTolerance(1n, one, 10n))).toEqual([true, true, true]);
  expect([8n, 12n].map((one) => isWithinTolerance(1n, one, 10n))).toEqual([false, false]);
});
