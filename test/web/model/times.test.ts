import { expect, it } from 'vitest';
import { timesIn } from '../../../web/model/times.ts';

const morning = Date.parse('2026-01-31T10:45:03Z');

it('a time is shown in its zone, and with its date on another day than today', () => {
  expect(timesIn('UTC').time(morning, morning)).toBe('10:45:03');
  expect(timesIn('Asia/Tokyo').time(morning, morning)).toBe('19:45:03');
  expect(timesIn('UTC').time(morning, morning + 86_400_000)).toBe('2026-01-31 10:45:03');
});

it('midnight is the hour 0, and whole minutes have no seconds', () => {
  expect(timesIn('UTC').minute(Date.parse('2026-01-31T00:00:00Z'))).toBe('00:00');
  expect(timesIn('UTC').minute(Date.parse('2026-01-31T00:00:30Z'))).toBe('00:00:30');
});
