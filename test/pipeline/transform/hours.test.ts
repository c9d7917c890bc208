import { describe, expect, it } from 'vitest';
import {
  hourEnd,
  hourStart,
  hoursBetween,
  hourText,
  lastHours,
  parseHour,
} from '../../../lib/pipeline/transform/hours.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 13, 59);

describe('an hour on the command line', () => {
  it.each(['2026-01-31T13', '2026-01-31 13', '2026-01-31T13Z', '2026-01-31T13:00', '2026-01-31T13:00:00Z'])(
    'may be %s',
    (text) => {
      expect(parseHour(text, NOW_MS)).toEqual({ dt: '2026-01-31', hour: 13 });
    },
  );

  it.each([
    '',
    'yesterday',
    '2026-01-31',
    '2026-01-31T24',
    '2026-02-30T05',
    '2026-01-31T13:30',
    '2026-1-31T13',
    '1969-12-31T23',
  ])('is not "%s"', (text) => {
    expect(() => parseHour(text, NOW_MS)).toThrow(/expected an hour in UTC such as 2026-01-31T13/);
  });

  it('is not one in the future', () => {
    expect(() => parseHour('2026-01-31T14', NOW_MS)).toThrow(
      /an hour that has begun, found 2026-01-31T14, which is in the future/,
    );
  });
});

it('hours go over the end of a day', () => {
  const last = { dt: '2026-01-31', hour: 23 };
  expect(hourStart(last)).toBe('2026-01-31 23:00:00');
  expect(hourEnd(last)).toBe('2026-02-01 00:00:00');
  expect(hoursBetween(last, { dt: '2026-02-01', hour: 1 }).map(hourText)).toEqual([
    '2026-01-31T23',
    '2026-02-01T00',
    '2026-02-01T01',
  ]);
  expect(lastHours(NOW_MS, 3).map(hourText)).toEqual(['2026-01-31T11', '2026-01-31T12', '2026-01-31T13']);
});
