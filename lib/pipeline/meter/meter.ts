import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { KafkaPartitionBatch } from '../batch.ts';
import { type MetricStore, type Shard, shardName } from '../metric-store.ts';
import { countBatch } from './count-batch.ts';
import { parseShardState, type ShardState, shardStateText } from './shard-state.ts';

export interface MeterDeps {
  readonly store: Pick<MetricStore, 'read' | 'step'>;
  /** The metrics of a stream. */
  readonly definitionsOf: (stream: string) => readonly MetricDefinition[];
  readonly windowRetentionSeconds: number;
}

/** What a call added to the metrics: less than was delivered if some was counted already. */
export interface MeterCounts {
  readonly records: number;
  readonly events: number;
  readonly steps: number;
}

interface Known {
  readonly text: string | null;
  readonly state: ShardState | null;
}

/** If other processes have stepped the shard this often in between, something is wrong. */
const MAX_ATTEMPTS = 50;

/**
 * Counts batches, each record once whatever is redelivered, concurrently or in different batches: with one atomic step
 * of the store, which applies only if the shard has not changed since the step was made. A process caches shards to
 * save reads; the store is authoritative.
 * @throws what `countBatch` throws, and what the store throws: the same batch may be delivered again.
 */
export function meter({ store, definitionsOf, windowRetentionSeconds }: MeterDeps) {
  const remembered = new Map<string, Known>();

  const read = async (shard: Shard): Promise<Known> => {
    const text = await store.read(shard);
    return { text, state: text === null ? null : parseShardState(text) };
  };

  return async (batch: KafkaPartitionBatch): Promise<MeterCounts> => {
    const { stream, kafkaPartition } = batch;
    const name = stream.contract?.name ?? stream.topic;
    const shard: Shard = { stream: name, incarnation: stream.incarnation, kafkaPartition };
    const key = shardName(shard);
    const counting = { definitions: definitionsOf(name), windowRetentionSeconds };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const known = (attempt === 0 ? remembered.get(key) : undefined) ?? (await read(shard));
      remembered.delete(key);
      const counted = countBatch(known.state, batch, counting);
      if (counted === undefined) {
        remembered.set(key, known);
        return { records: 0, events: 0, steps: 0 };
      }
      const next = shardStateText(counted.state);
      const outcome = await store.step(shard, { expected: known.text, next, changes: counted.changes });
      if (outcome === 'done') {
        remembered.set(key, { text: next, state: counted.state });
        return { records: counted.records, events: counted.events, steps: 1 };
      }
    }
    throw new Error(
      `${key}: expected to count the batch within ${MAX_ATTEMPTS} attempts, found others stepping in between`,
    );
  };
}
