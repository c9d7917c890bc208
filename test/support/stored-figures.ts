import type { MetricStore } from '../../lib/pipeline/metric-store.ts';

/** Every entry of these metrics in all shards of a stream: `0/0 users-1f ["u1"]` → `2`. */
export async function storedFigures(
  store: Pick<MetricStore, 'entries' | 'shards'>,
  stream: string,
  definitions: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const figures = new Map<string, string>();
  for (const shard of await store.shards(stream)) {
    for (const { id } of definitions) {
      const { entries } = await store.entries(shard, id, { limit: 1_000_000 });
      for (const { name, label, values } of entries) {
        figures.set(`${shard.incarnation}/${shard.kafkaPartition} ${id} ${label ?? name}`, values.join(' '));
      }
    }
  }
  return figures;
}
