import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalEpochSeconds, canonicalTimestamp, epochMs, isPlausible } from '../../lib/pipeline/timestamps.ts';

describe('a timestamp on the wire', () => {
  it.each([
    ['2026-01-31T13:00:00', '2026-01-31 13:00:00.000000'],
    ['2026-01-31 13:00:00', '2026-01-31 13:00:00.000000'],
    ['2026-01-31T13:00:00Z', '2026-01-31 13:00:00.000000'],
    ['2026-01-31T13:00:00.5', '2026-01-31 13:00:00.500000'],
    ['2026-01-31T13:00:00.123456Z', '2026-01-31 13:00:00.123456'],
    ['2026-01-31T13:00:00.123456999', '2026-01-31 13:00:00.123456'],
    ['2026-01-31T13:00:00.123456+05:30', '2026-01-31 07:30:00.123456'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31 23:30:00.000000'],
    ['2026-12-31 23:30:00-01:00', '2027-01-01 00:30:00.000000'],
    ['2024-02-29T00:00:00Z', '2024-02-29 00:00:00.000000'],
    ['2000-02-29T00:00:00Z', '2000-02-29 00:00:00.000000'],
    ['0001-01-01T00:00:00Z', '0001-01-01 00:00:00.000000'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31 23:59:59.999999'],
  ])('%s is %s', (wire, canonical) => {
    expect(canonicalTimestamp(wire)).toBe(canonical);
  });

  it.each([
    ...[
      '2024-02-30T00:00:00',
      '2023-02-29T00:00:00',
      '1900-02-29T00:00:00',
      '2026-04-31T00:00:00',
      '2026-13-01T00:00:00',
    ],
    ...[
      '2026-00-01T00:00:00',
      '2026-01-00T00:00:00',
      '2026-01-32T00:00:00',
      '2026-01-31T24:00:00',
      '2026-01-31T23:60:00',
    ],
    ...['2026-01-31T23:59:60', '2026-01-31', '2026-01-31T13:00', '2026-01-31t13:00:00', '2026-01-31T13:00:00z', ''],
    ...[
      '2026-01-31T13:00:00.',
      '2026-01-31T13:00:00.1234567890',
      '2026-01-31T13:00:00+0100',
      '2026-01-31T13:00:00+24:00',
    ],
    ...[
      '2026-01-31T13:00:00 ',
      ' 2026-01-31T13:00:00',
      '2026-01-31T13:00:00Z\n',
      '+2026-01-31T13:00:00',
      '26-01-31T13:00:00',
    ],
    ...[
      '0000-01-01T00:00:00Z',
      '0001-01-01T00:00:00+01:00',
      '9999-12-31T23:59:59-01:00',
      '２026-01-31T13:00:00',
      'now',
    ],
  ])('"%s" is none', (wire) => {
    expect(canonicalTimestamp(wire)).toBeUndefined();
  });

  it('is read again from its canonical text as the same', () => {
    const date = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    const property = fc.property(date, fc.constantFrom('', 'Z', '+00:00'), (moment, zone) => {
      const canonical = canonicalTimestamp(moment.toISOString().slice(0, -1) + zone);
      expect(canonical).toBe(`${moment.toISOString().slice(0, -1).replace('T', ' ')}000`);
      expect(canonicalTimestamp(canonical ?? '')).toBe(canonical);
      expect(epochMs(canonical ?? '')).toBe(moment.getTime());
    });
    fc.assert(property);
  });
});

describe('seconds since 1970', () => {
  it.each([
    [0, '1970-01-01 00:00:00.000000'],
    [-0, '1970-01-01 00:00:00.000000'],
    [1769864400, '2026-01-31 13:00:00.000000'],
    [1769864400.5, '2026-01-31 13:00:00.500000'],
    [1769864400.123456, '2026-01-31 13:00:00.123456'],
    [1769864400.1234567, '2026-01-31 13:00:00.123456'],
    [1e-7, '1970-01-01 00:00:00.000000'],
    [-1e-7, '1969-12-31 23:59:59.999999'],
    [-1.5, '1969-12-31 23:59:58.500000'],
    [-62135596800, '0001-01-01 00:00:00.000000'],
    [253402300799.5, '9999-12-31 23:59:59.500000'],
  ])('%d is %s', (seconds, canonical) => {
    expect(canonicalEpochSeconds(seconds)).toBe(canonical);
  });

  it.each([253402300800, -62135596801, -62135596800.5, 1e300, Number.POSITIVE_INFINITY])('%d is beyond', (seconds) => {
    expect(canonicalEpochSeconds(seconds)).toBeUndefined();
  });
});

describe('an event time', () => {
  const timestampMs = Date.parse('2026-01-31T13:00:00.250Z');

  it.each([
    ['1969-12-31 23:59:59.999999', false],
    ['1970-01-01 00:00:00.000000', true],
    ['2026-01-31 13:00:00.250000', true],
    ['2026-02-01 13:00:00.250000', true],
    ['2026-02-01 13:00:00.250001', false],
    ['9999-12-31 23:59:59.999999', false],
  ])('of %s is plausible: %s', (eventTime, plausible) => {
    expect(isPlausible(eventTime, timestampMs)).toBe(plausible);
  });

  it.each([-1, -62135596800000, Date.UTC(2101, 0, 1), Number.MAX_SAFE_INTEGER])(
    'may be a day after 1970-01-01 where the Kafka timestamp is %d',
    (none) => {
      expect(isPlausible('1970-01-02 00:00:00.000000', none)).toBe(true);
      expect(isPlausible('1970-01-02 00:00:00.000001', none)).toBe(false);
    },
  );
});
