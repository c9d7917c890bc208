import type { HourOfTable } from '../../derive/table-partition.ts';

/** The state that determines whether an hour is worth compacting. */
export interface HourState {
  readonly hour: HourOfTable;
  readonly nowMs: number;
  /** Objects with rows in the newest complete generation that its compaction did not write. */
  readonly lateObjects: number;
  readonly lateRows: number;
  readonly compactedRows: number;
  /**
   * When the catalogue was last confirmed to direct readers to the compacted generation; null before the first time.
   */
  readonly readBackAtMs: number | null;
  /** Whether producers set the timestamps: then the hour is never certain to be over. */
  readonly hasProducersTimestamps: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** By then sinks have written the remaining records, unless they lag behind. */
const SETTLED_AFTER_MS = 15 * MINUTE_MS;

/** Longer than any process takes between reading a location and moving it. */
const MIN_BETWEEN_SWAPS_MS = HOUR_MS;

/** If late rows reach this share of the hour, it is compacted at once; fewer wait for the daily compaction. */
const LATE_SHARE = 1 / 4;

/** Why an hour is left unchanged. */
export type NotDue =
  | 'open'
  | 'producers_timestamps'
  | 'few_objects'
  | 'no_late_rows'
  | 'few_late_rows'
  | 'compacted_just_now';

/** When sinks have written an hour's remaining records, a little after its end. Milliseconds since 1970. */
export function settledAtMs({ dt, hour }: HourOfTable): number {
  return Date.parse(dt) + (hour + 1) * HOUR_MS + SETTLED_AFTER_MS;
}

/** Why the hour must not be compacted now; null if it is due. One that has begun is finished in any case. */
export function notDue(state: HourState): NotDue | null {
  const { hour, nowMs, lateObjects, lateRows, compactedRows, readBackAtMs } = state;
  // Invalid timestamps fall into this hour, whether producers or brokers set them.
  if (hour.dt === '1970-01-01' || state.hasProducersTimestamps) return 'producers_timestamps';
  if (nowMs < settledAtMs(hour)) return 'open';
  if (readBackAtMs === null) return lateObjects > 1 ? null : 'few_objects';
  if (lateRows === 0) return 'no_late_rows';
  const sinceMs = nowMs - readBackAtMs;
  if (sinceMs < MIN_BETWEEN_SWAPS_MS) return 'compacted_just_now';
  return lateRows >= compactedRows * LATE_SHARE || sinceMs >= DAY_MS ? null : 'few_late_rows';
}
