import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { TableName } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import type { MetricEntry, Shard } from '../metric-store.ts';
import type { OffsetRanges } from '../offset-ranges.ts';

/** Rows of one kafka partition in the lake. */
export interface LakeRange {
  readonly table: TableName;
  readonly shard: Shard;
  readonly ranges: OffsetRanges;
  /** Whether also the rows of these hours that were made from the lake, which have no offset. */
  readonly withMade: boolean;
  /** The hours whose visible objects hold the rows. */
  readonly hours: readonly HourOfTable[];
}

/**
 * The lake's rows, as the source of metrics. Promises:
 * - results cover exactly the rows that readers of the table see, and whose offsets are in the ranges, or which
 *   have none, if asked for;
 * - figures are exact, and equal those that the meter counts from the same events.
 */
export interface LakeRows {
  /** Canonical timestamp of the greatest event time; null if there is no row. */
  greatestEventTime(range: LakeRange): Promise<string | null>;
  /** @param floorSeconds windows that end at or before this are left out. */
  fold(range: LakeRange, definition: MetricDefinition, floorSeconds: number): Promise<readonly MetricEntry[]>;
}
