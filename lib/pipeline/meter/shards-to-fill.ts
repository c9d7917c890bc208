import type { Contract } from '../../contracts/contract.ts';
import type { MetricStore, Shard } from '../metric-store.ts';
import { definitionsOf } from './asked-metrics.ts';
import type { ShardToFill } from './fill-gaps.ts';
import type { AskedMetric } from './read-metric.ts';

/** A metered stream, and the current state of its topic. */
export interface MeteredTopic {
  readonly contract: Contract;
  readonly topic: string;
  readonly incarnation: number;
  /** By kafka partition, the next offset that the meter's group reads; null if it has read nothing. */
  readonly committed: readonly (number | null)[];
}

interface Counted {
  readonly store: Pick<MetricStore, 'shards'>;
  readonly metrics: readonly AskedMetric[];
}

/** Every shard of a stream: those of its topic's kafka partitions, and those of earlier incarnations with counts. */
export async function shardsToFill(
  { store, metrics }: Counted,
  { contract, topic, incarnation, committed }: MeteredTopic,
): Promise<readonly ShardToFill[]> {
  const current = committed.map((offset, kafkaPartition) => ({
    shard: { stream: contract.name, incarnation, kafkaPartition },
    committed: offset ?? 0,
  }));
  const earlier = (await store.shards(contract.name))
    .filter((shard) => shard.incarnation !== incarnation)
    .map((shard) => ({ shard, committed: 0 }));
  return [...current, ...earlier].map((place) => shardToFill(contract, metrics, { ...place, topic }));
}

interface Place {
  readonly shard: Shard;
  readonly topic: string;
  /** 0 for shards that no group reads any more: only new metrics are counted then. */
  readonly committed: number;
}

export function shardToFill(contract: Contract, metrics: readonly AskedMetric[], place: Place): ShardToFill {
  return { ...place, contract, definitions: definitionsOf(metrics, contract.name) };
}
