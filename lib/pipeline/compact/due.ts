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

/** Whether to compact the hour now. One that has begun is finished in any case. */
export function isDue(state: HourState): boolean {
  const { hour, nowMs, lateObjects, lateRows, compactedRows, readBackAtMs } = state;
  if (hour.dt === '1970-01-01' || state.hasProducersTimestamps) return false;
  if (nowMs < Date.parse(hour.dt) + (hour.hour + 1) * HOUR_MS + SETTLED_AFTER_MS) return false;
  if (readBackAtMs === null) return lateObjects > 1;
  const sinceMs = nowMs - readBackAtMs;
  if (lateRows === 0 || sinceMs < MIN_BETWEEN_SWAPS_MS) return false;
  return lateRows >= compactedRows * LATE_SHARE || sinceMs >= DAY_MS;
}
