import { entryOf, entryText, mergeValues } from '../../lib/pipeline/meter/entry-values.ts';
import { compareShards, type MetricStore, type Shard, shardName } from '../../lib/pipeline/metric-store.ts';

interface StoredShard {
  readonly shard: Shard;
  readonly state: string;
  /** Metric → entry name → text. */
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export type StoredShards = Map<string, StoredShard>;

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** A `MetricStore` over a map of immutable shards, so that a copy of the map is a snapshot. */
export function memoryMetricStore(stored: StoredShards = new Map()): MetricStore {
  return {
    read: async (shard) => stored.get(shardName(shard))?.state ?? null,
    async step(shard, { expected, next, changes }) {
      const before = stored.get(shardName(shard));
      if ((before?.state ?? null) !== expected) return 'changed';
      const metrics = new Map(before?.metrics);
      for (const { metric, merges, entries, clear, dropBelow } of changes) {
        const kept = new Map(clear ? [] : metrics.get(metric));
        for (const entry of entries) {
          const old = kept.get(entry.name);
          const values =
            old === undefined ? entry.values : mergeValues(merges, entryOf(entry.name, old).values, entry.values);
          kept.set(entry.name, entryText({ values, label: entry.label }));
        }
        if (dropBelow !== null) for (const name of kept.keys()) if (byBytes(name, dropBelow) < 0) kept.delete(name);
        metrics.set(metric, kept);
      }
      stored.set(shardName(shard), { shard, state: next, metrics });
      return 'done';
    },
    async entries(shard, metric, { after, from, before, limit }) {
      const found = stored.get(shardName(shard));
      const names = [...(found?.metrics.get(metric)?.keys() ?? [])]
        .sort(byBytes)
        .filter(
          (name) =>
            (after === undefined || byBytes(name, after) > 0) &&
            (from === undefined || byBytes(name, from) >= 0) &&
            (before === undefined || byBytes(name, before) < 0),
        );
      const entries = names.slice(0, limit).map((name) => entryOf(name, found?.metrics.get(metric)?.get(name) ?? ''));
      return { state: found?.state ?? null, entries };
    },
    shards: async (stream) =>
      [...stored.values()]
        .map(({ shard }) => shard)
        .filter((shard) => shard.stream === stream)
        .sort(compareShards),
    close: async () => undefined,
  };
}
