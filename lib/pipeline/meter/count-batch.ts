import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { KafkaPartitionBatch } from '../batch.ts';
import type { MetricChange, MetricEntry } from '../metric-store.ts';
import { lastOffset, notCovered, type OffsetRange, union } from '../offset-ranges.ts';
import { otherRecords, RecreatedTopicError } from '../recreated-topic.ts';
import { aboveHighWater, withoutMade } from '../source-position.ts';
import { toolsOf } from '../take-data.ts';
import { epochMs } from '../timestamps.ts';
import { acceptedColumns } from './accepted-columns.ts';
import type { EventColumns } from './event-columns.ts';
import { fold, mergesOf, oldestKeptName } from './fold.ts';
import { canonicalMicroseconds } from './measured-value.ts';
import { counting } from './shard-metrics.ts';
import { emptyShard, type ShardState } from './shard-state.ts';

/** What a meter counts for a stream, and how long windows are kept. */
export interface Counting {
  readonly definitions: readonly MetricDefinition[];
  /** In event time, before the greatest. */
  readonly windowRetentionSeconds: number;
}

/** The effect of a batch on its shard. */
export interface CountedBatch {
  readonly state: ShardState;
  readonly changes: readonly MetricChange[];
  /** The records that had not been covered, and how many of them were counted. */
  readonly records: number;
  readonly events: number;
}

/** Records follow a gap: the shard continues once the gap has been filled from the lake. */
export class MetricGapError extends Error {
  override readonly name = 'MetricGapError';
}

/**
 * Returns the shard after the batch: a pure function of both. Undefined if it has covered every record already.
 * @throws RecreatedTopicError as the sink does; MetricGapError in a refined stream, whose repetitions cannot be
 * recognised after a gap; UnknownMetricError if newer code has counted this shard.
 */
export function countBatch(
  before: ShardState | null,
  batch: KafkaPartitionBatch,
  { definitions, windowRetentionSeconds }: Counting,
): CountedBatch | undefined {
  const { contract, topic } = batch.stream;
  const first = batch.records[0];
  const last = batch.records.at(-1);
  if (contract === null || first === undefined || last === undefined) return undefined;
  const shard = before ?? emptyShard(topic, contract.version);
  assertSameRecords(shard, batch);
  const fresh = notCovered(shard.covered, batch.records);
  if (fresh.length === 0) return undefined;
  const span: OffsetRange = [first.offset, last.offset];
  if (contract.refinedFrom !== null) assertNoGap(shard, batch, span);
  const { kept: above, highWater } = aboveHighWater(fresh, shard.highWater);
  const kept = withoutMade(above, shard.made);
  const events = acceptedColumns(toolsOf(contract), kept, definitions);
  const greatestEventTime = laterOf(greatestOf(events), shard.greatestEventTime);
  const windowFloorSeconds = floorSeconds(shard.windowFloorSeconds, greatestEventTime, windowRetentionSeconds);
  const { metrics, dropped } = counting(shard, definitions, contract.version);
  const counted = definitions.map((definition) => ({ definition, ...fold(definition, events, windowFloorSeconds) }));
  const expiredOf = new Map(counted.map(({ definition, expired }) => [definition.id, expired]));
  return {
    state: {
      ...shard,
      contractVersion: Math.max(shard.contractVersion, contract.version),
      covered: union(shard.covered, [span]),
      newestTimestampMs: fresh.reduce((newest, { timestamp }) => Math.max(newest, timestamp), shard.newestTimestampMs),
      greatestEventTime,
      windowFloorSeconds,
      highWater,
      metrics: metrics.map((metric) => ({ ...metric, expired: metric.expired + (expiredOf.get(metric.id) ?? 0) })),
    },
    changes: [
      ...counted
        .filter(({ entries }) => entries.length > 0)
        .map(({ definition, entries }) => merged(definition, entries, windowFloorSeconds)),
      ...dropped,
    ],
    records: fresh.length,
    events: events.times.length,
  };
}

/** Merges entries into a metric, and drops the windows that are no longer kept. */
export function merged(
  definition: MetricDefinition,
  entries: readonly MetricEntry[],
  windowFloorSeconds: number,
): MetricChange {
  const dropBelow = oldestKeptName(definition, windowFloorSeconds);
  return { metric: definition.id, merges: mergesOf(definition), entries, clear: false, dropBelow };
}

function greatestOf({ times }: EventColumns): string | null {
  const greatest = times.reduce((one, other) => Math.max(one, other), -1);
  return greatest < 0 ? null : canonicalMicroseconds(BigInt(greatest));
}

/** The later of two canonical timestamps. */
export function laterOf(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

/** Never decreases, whatever retention another process has. */
export function floorSeconds(before: number, greatestEventTime: string | null, retentionSeconds: number): number {
  if (greatestEventTime === null) return before;
  return Math.max(before, Math.floor(epochMs(greatestEventTime) / 1000) - retentionSeconds);
}

/** Applies the sink's own rule. */
function assertSameRecords(shard: ShardState, { stream, kafkaPartition, records }: KafkaPartitionBatch): void {
  const { topic, incarnation, contract } = stream;
  const placed = { chain: { incarnation, kafkaPartition }, stream: contract?.name ?? topic, topic, records };
  const other = otherRecords(placed, shard);
  if (other !== undefined) throw new RecreatedTopicError(`${other.evidence}. Nothing was counted. ${other.advice}`);
}

function assertNoGap({ covered }: ShardState, { stream, kafkaPartition }: KafkaPartitionBatch, span: OffsetRange) {
  const next = lastOffset(covered) + 1;
  if (span[0] <= next && covered.length <= 1 && (covered[0]?.[0] ?? 0) === 0) return;
  throw new MetricGapError(
    `${stream.topic}, kafka partition ${kafkaPartition}: offsets ${next} to ${span[0] - 1} are not counted yet. They are ` +
      'counted from the lake first (weir metrics rebuild does it at once); then this batch goes on',
  );
}
