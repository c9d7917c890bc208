import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../../lib/contracts/contract.ts';
import { entryName, parseEntryName } from '../../../lib/pipeline/meter/entry-name.ts';
import { measuredValue, shownValue } from '../../../lib/pipeline/meter/measured-value.ts';
import { MAX_NAME_BYTES } from '../../../lib/pipeline/metric-store.ts';

const cases: readonly (readonly [FieldType, unknown])[] = [
  [{ kind: 'integer' }, -2_147_483_648],
  [{ kind: 'bigint' }, 9_007_199_254_740_991],
  [{ kind: 'decimal', precision: 12, scale: 2 }, '-0.05'],
  [{ kind: 'decimal', precision: 38, scale: 0 }, '99999999999999999999999999999999999999'],
  [{ kind: 'timestamp', wire: 'text' }, '1969-12-31 23:59:59.999999'],
  [{ kind: 'timestamp', wire: 'text' }, '2026-01-31 13:00:00.123456'],
  [{ kind: 'double' }, -1.5e300],
];

describe('a measured value', () => {
  it.each(cases)('of %o shows as the event had it: %s', (type, value) => {
    const shown = shownValue(type, measuredValue(type, value));
    expect(type.kind === 'decimal' && type.scale === 0 ? String(shown) : shown).toBe(value);
  });

  it('of a double sorts as the double does, and comes back to its last bit', () => {
    const type = { kind: 'double' } as const;
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
    fc.assert(
      fc.property(doubles, doubles, (one, other) => {
        const [left, right] = [measuredValue(type, one) ?? 0n, measuredValue(type, other) ?? 0n];
        expect(left < right).toBe(one < other);
        expect(shownValue(type, left)).toBe(one);
      }),
    );
  });

  it('of null is null, and a sum beyond a double’s whole numbers is text', () => {
    expect(measuredValue({ kind: 'integer' }, null)).toBeNull();
    expect(shownValue(null, 9_007_199_254_740_993n)).toBe('9007199254740993');
  });
});

it('an entry’s name says its group and window, however long the group’s text is', () => {
  const values = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 1000 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const windows = fc.option(fc.nat(253_402_300_799));
  fc.assert(
    fc.property(fc.array(values), windows, (group, startSeconds) => {
      const { name, label } = entryName(JSON.stringify(group), startSeconds);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
      expect(parseEntryName(name, label)).toEqual({ startSeconds, group });
    }),
  );
});
