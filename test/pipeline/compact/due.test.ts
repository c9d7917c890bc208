import { describe, expect, it } from 'vitest';
import { type HourState, notDue, settledAtMs } from '../../../lib/pipeline/compact/due.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OVER_MS = Date.UTC(2026, 0, 31, 14);

const state = (given: Partial<HourState>): HourState => ({
  hour: { dt: '2026-01-31', hour: 13 },
  nowMs: OVER_MS + HOUR_MS,
  lateObjects: 2,
  lateRows: 20,
  compactedRows: 0,
  readBackAtMs: null,
  hasProducersTimestamps: false,
  ...given,
});
const compacted = (agoMs: number, given: Partial<HourState>) =>
  state({ readBackAtMs: OVER_MS + HOUR_MS - agoMs, compactedRows: 100, ...given });

describe('an hour that was not compacted yet', () => {
  it('is due from a quarter of an hour after its end on', () => {
    expect(settledAtMs({ dt: '2026-01-31', hour: 13 })).toBe(OVER_MS + 15 * MINUTE_MS);
    expect(notDue(state({ nowMs: OVER_MS + 15 * MINUTE_MS - 1 }))).toBe('open');
    expect(notDue(state({ nowMs: OVER_MS + 15 * MINUTE_MS }))).toBeNull();
  });

  it('is due with two objects that have rows, not with one', () => {
    expect(notDue(state({ lateObjects: 1 }))).toBe('few_objects');
    expect(notDue(state({ lateObjects: 0, lateRows: 0 }))).toBe('few_objects');
  });

  it('is never due where producers set the timestamps, nor is the hour of timestamps that are none', () => {
    expect(notDue(state({ hasProducersTimestamps: true, nowMs: OVER_MS + 9999 * HOUR_MS }))).toBe(
      'producers_timestamps',
    );
    expect(notDue(state({ hour: { dt: '1970-01-01', hour: 0 } }))).toBe('producers_timestamps');
  });
});

describe('a compacted hour', () => {
  it('is due again when its late rows are a quarter of it, but not within an hour of its swap', () => {
    expect(notDue(compacted(HOUR_MS, { lateRows: 25 }))).toBeNull();
    expect(notDue(compacted(HOUR_MS, { lateRows: 24 }))).toBe('few_late_rows');
    expect(notDue(compacted(HOUR_MS - 1, { lateRows: 99 }))).toBe('compacted_just_now');
  });

  it('is due again after a day with any late row, and never without one', () => {
    expect(notDue(compacted(24 * HOUR_MS, { lateRows: 1, lateObjects: 1 }))).toBeNull();
    expect(notDue(compacted(24 * HOUR_MS - 1, { lateRows: 1 }))).toBe('few_late_rows');
    expect(notDue(compacted(99 * HOUR_MS, { lateRows: 0 }))).toBe('no_late_rows');
  });
});
