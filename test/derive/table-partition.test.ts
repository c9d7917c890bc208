import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourFolder, hourOf, parseLocation, partitionLocation, tableFolder } from '../../lib/derive/table-partition.ts';

const table = { database: 'lake', table: 'shop_purchases' };
const unknownHour = { dt: '1970-01-01', hour: 0 };

describe('the hour of a record', () => {
  it('is the UTC hour of its Kafka timestamp', () => {
    expect(hourOf(Date.UTC(2026, 0, 31, 5, 59, 59, 999))).toEqual({ dt: '2026-01-31', hour: 5 });
    expect(hourOf(Date.UTC(2026, 0, 31, 23))).toEqual({ dt: '2026-01-31', hour: 23 });
    expect(hourOf(Date.UTC(2100, 11, 31, 23, 59))).toEqual({ dt: '2100-12-31', hour: 23 });
  });

  it.each([-1, -3_600_000, Date.UTC(2101, 0, 1), 8.64e15, 1e300, Number.NaN, Number.POSITIVE_INFINITY])(
    'is the first of 1970 for %d, which no clock can have meant',
    (timestampMs) => {
      expect(hourOf(timestampMs)).toEqual(unknownHour);
    },
  );
});

describe('a location', () => {
  it('is the folder of one generation, the hour in two digits', () => {
    expect(partitionLocation(table, { dt: '2026-01-31', hour: 5 }, 0)).toBe(
      'shop_purchases/dt=2026-01-31/hour=05/g=0/',
    );
  });

  it('is below the folder of its hour, which is below the folder of its table', () => {
    const hour = { dt: '2026-01-31', hour: 5 };
    expect(hourFolder(table, hour)).toBe('shop_purchases/dt=2026-01-31/hour=05/');
    expect(tableFolder(table)).toBe('shop_purchases/');
    expect(partitionLocation(table, hour, 3).startsWith(hourFolder(table, hour))).toBe(true);
  });

  it('is read back as it was written, behind a URL too', () => {
    const timestamps = fc.integer({ min: 0, max: Date.UTC(2100, 11, 31) });
    fc.assert(
      fc.property(timestamps, fc.nat(1000), fc.constantFrom('', 's3://bucket/lake/'), (time, generation, prefix) => {
        const location = prefix + partitionLocation(table, hourOf(time), generation);
        const expected = { table: `${prefix}shop_purchases`, ...hourOf(time), generation };
        expect(parseLocation(location)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    '',
    'shop_purchases/',
    'shop_purchases/dt=2026-01-31/hour=5/g=0/',
    'shop_purchases/dt=2026-01-31/hour=24/g=0/',
    'shop_purchases/dt=2026-01-31/hour=05/g=00/',
    'shop_purchases/dt=2026-01-31/hour=05/g=0',
    'shop_purchases/dt=2026-01-31/hour=05/',
    '/dt=2026-01-31/hour=05/g=0/',
  ])('is not "%s"', (text) => {
    expect(parseLocation(text)).toBeUndefined();
  });
});
