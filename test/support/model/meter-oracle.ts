import type { AcceptedEvent } from '../../../lib/pipeline/field-shapes.ts';
import { entryText } from '../../../lib/pipeline/meter/entry-values.ts';
import { fold } from '../../../lib/pipeline/meter/fold.ts';
import { parseShardState } from '../../../lib/pipeline/meter/shard-state.ts';
import { shardName } from '../../../lib/pipeline/metric-store.ts';
import { includes, type OffsetRanges, subtract } from '../../../lib/pipeline/offset-ranges.ts';
import { epochMs } from '../../../lib/pipeline/timestamps.ts';
import { eventColumns } from '../event-columns.ts';
import type { StoredShards } from '../memory-metric-store.ts';
import { definitionsOf, type ModelPartition, RETENTION_SECONDS } from './meter-log.ts';

export const shardOf = ({ stream, kafkaPartition }: Pick<ModelPartition, 'stream' | 'kafkaPartition'>) => ({
  stream: stream.name,
  incarnation: 0,
  kafkaPartition,
});

/** The events at these offsets that are rows. */
export function eventsIn({ events }: ModelPartition, ranges: OffsetRanges): readonly AcceptedEvent[] {
  return events
    .filter((event, offset) => event !== null && includes(ranges, offset))
    .map((event) => event as AcceptedEvent);
}

/** Live values that differ from the log's events at the offsets that the shard has counted: there must never be any. */
export function wrongFigures(stored: StoredShards, partitions: readonly ModelPartition[]): readonly string[] {
  return partitions.flatMap((partition) => {
    const shard = stored.get(shardName(shardOf(partition)));
    if (shard === undefined) return [];
    const state = parseShardState(shard.state);
    const floorSeconds = floorOf(eventsIn(partition, state.covered));
    return definitionsOf(partition.stream, true).flatMap((definition) => {
      const counted = state.metrics.find(({ id }) => id === definition.id);
      const found = Object.fromEntries(shard.metrics.get(definition.id) ?? []);
      const events = counted === undefined ? [] : eventsIn(partition, subtract(state.covered, counted.missing));
      const { entries } = fold(definition, eventColumns(events, definition), floorSeconds);
      const expected = Object.fromEntries(entries.map((entry) => [entry.name, entryText(entry)]));
      return differences(expected, found).map((what) => `${shardName(shard.shard)} ${definition.name} ${what}`);
    });
  });
}

/** Depends only on the greatest event time. */
function floorOf(events: readonly AcceptedEvent[]): number {
  const greatestMs = events.reduce((greatest, { eventTime }) => Math.max(greatest, epochMs(eventTime)), 0);
  return Math.max(0, Math.floor(greatestMs / 1000) - RETENTION_SECONDS);
}

function differences(expected: Record<string, string>, found: Record<string, string>): readonly string[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])]
    .filter((name) => expected[name] !== found[name])
    .map((name) => `${name}: expected ${expected[name] ?? 'none'}, found ${found[name] ?? 'none'}`);
}

/** Offsets that are not counted at all at the end, when everything is in the lake. */
export function uncounted(stored: StoredShards, partitions: readonly ModelPartition[]): readonly string[] {
  return partitions.flatMap((partition) => {
    const name = shardName(shardOf(partition));
    const text = stored.get(name)?.state;
    if (text === undefined) return [`${name} is not there`];
    const { covered, metrics } = parseShardState(text);
    const all: OffsetRanges = [[partition.start, partition.records.length - 1]];
    const left = [
      subtract(all, covered),
      ...metrics.map(({ missing }) => subtract(missing, [[0, partition.start - 1]])),
    ].flat();
    const known = metrics.length === definitionsOf(partition.stream, true).length;
    return left.length === 0 && known
      ? []
      : [`${name} has not counted ${JSON.stringify(left)}, of ${metrics.length} metrics`];
  });
}
