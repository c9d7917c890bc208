import type { HourOfTable } from '../../derive/table-partition.ts';

/** What decides whether an hour is worth compacting. */
export interface HourState {
  readonly hour: HourOfTable;
  readonly nowMs: number;
  /** Objects with rows in the newest complete generation that are not of its compaction. */
  readonly lateObjects: number;
  readonly lateRows: number;
  readonly compactedRows: number;
  /** When readers were last seen to be sent to the compacted generation; null before the first. */
  readonly readBackAtMs: number | null;
  /** Whether a producer sets the timestamps: then the hour is never known to be over. */
  readonly hasProducersTimestamps: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** By then sinks have taken what was still on its way, unless they are behind. */
const SETTLED_AFTER_MS = 15 * MINUTE_MS;

/** Longer than any process lives between reading a location and moving it. */
const MIN_BETWEEN_SWAPS_MS = HOUR_MS;

/** Late rows of this share of the hour are worth a compaction at once; fewer wait for the day's. */
const LATE_SHARE = 1 / 4;

/** Why an hour is left as it is. */
export type NotDue =
  | 'open'
  | 'producers_timestamps'
  | 'few_objects'
  | 'no_late_rows'
  | 'few_late_rows'
  | 'compacted_just_now';

/** Sinks take what is still on its way a little after the hour's end. Milliseconds since 1970. */
export function settledAtMs({ dt, hour }: HourOfTable): number {
  return Date.parse(dt) + (hour + 1) * HOUR_MS + SETTLED_AFTER_MS;
}

/** Why the hour is not to be compacted now; null when it is. One that has begun is finished in any case. */
export function notDue(state: HourState): NotDue | null {
  const { hour, nowMs, lateObjects, lateRows, compactedRows, readBackAtMs } = state;
  // Timestamps that are no times are in this hour, whoever sets them.
  if (hour.dt === '1970-01-01' || state.hasProducersTimestamps) return 'producers_timestamps';
  if (nowMs < settledAtMs(hour)) return 'open';
  if (readBackAtMs === null) return lateObjects > 1 ? null : 'few_objects';
  if (lateRows === 0) return 'no_late_rows';
  const sinceMs = nowMs - readBackAtMs;
  if (sinceMs < MIN_BETWEEN_SWAPS_MS) return 'compacted_just_now';
  return lateRows >= compactedRows * LATE_SHARE || sinceMs >= DAY_MS ? null : 'few_late_rows';
}
