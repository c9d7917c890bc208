import type { OffsetRanges } from '../offset-ranges.ts';
import type { HighWater, MadeSources } from '../source-position.ts';

/** One of the metrics that a shard counts. */
export interface CountedMetric {
  /** A definition's id. */
  readonly id: string;
  /** Offsets that the shard has covered and this metric has not counted yet, because it was declared later. */
  readonly missing: OffsetRanges;
  /** Events that came after their window was no longer kept. For information only: redelivery does not raise it. */
  readonly expired: number;
}

/** The state of one kafka partition's counts. It changes with every step, and never returns to an earlier value. */
export interface ShardState {
  /** The topic of the offsets. */
  readonly topic: string;
  /** The contract version of the newest code that has counted here. */
  readonly contractVersion: number;
  readonly covered: OffsetRanges;
  /** The newest Kafka timestamp among them, milliseconds; includes rejected records. */
  readonly newestTimestampMs: number;
  /** Canonical timestamp of the greatest event time among them; null before the first event. */
  readonly greatestEventTime: string | null;
  /** Windows that end at or before this, in seconds since 1970, are not kept. It only increases. */
  readonly windowFloorSeconds: number;
  /** In a refined stream, the greatest source position among them. */
  readonly highWater: HighWater | null;
  /**
   * The number of rows of replays that the metrics count, by the hour of the lake: of dead letters, which are covered
   * when they are first read and become rows only when they are replayed, and in a refined stream those made from rows
   * of its source, and these sources. If the lake has more of them, those are not counted yet.
   */
  readonly replayed: Readonly<Record<string, number>>;
  /** In a refined stream, sources whose events were counted from the lake, and are left out when they arrive. */
  readonly made: MadeSources | null;
  readonly metrics: readonly CountedMetric[];
}

export function emptyShard(topic: string, contractVersion: number): ShardState {
  return {
    topic,
    contractVersion,
    covered: [],
    newestTimestampMs: -1,
    greatestEventTime: null,
    windowFloorSeconds: 0,
    highWater: null,
    replayed: {},
    made: null,
    metrics: [],
  };
}

export function parseShardState(text: string): ShardState {
  // States of earlier versions have no replays.
  return { replayed: {}, made: null, ...JSON.parse(text) };
}

/** Equal states have equal text: members are always written in this order. */
export function shardStateText(state: ShardState): string {
  const { topic, contractVersion, covered, newestTimestampMs, greatestEventTime, windowFloorSeconds } = state;
  const { highWater, replayed, made, metrics } = state;
  return JSON.stringify({
    topic,
    contractVersion,
    covered,
    newestTimestampMs,
    greatestEventTime,
    windowFloorSeconds,
    highWater,
    replayed,
    ...(made !== null && { made }),
    metrics: metrics.map(({ id, missing, expired }) => ({ id, missing, expired })),
  });
}
