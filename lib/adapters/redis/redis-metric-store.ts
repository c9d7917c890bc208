import { entryOf, entryText } from '../../pipeline/meter/entry-values.ts';
import {
  compareShards,
  type EntryRange,
  type Merge,
  type MetricChange,
  type MetricStore,
  type Shard,
  shardName,
} from '../../pipeline/metric-store.ts';
import { entriesScript, stepScript } from './metric-scripts.ts';
import { type RedisOptions, redisConnection } from './redis-connection.ts';

interface RedisMetricStoreOptions extends RedisOptions {
  /** The prefix of all keys, so that several deployments can share a server. */
  readonly prefix: string;
}

const SIGNS = { add: '+', least: '<', greatest: '>' } as const satisfies Record<Merge, string>;

/**
 * Live metrics in Redis or Valkey: a step is one Lua script. All keys of a shard are in one slot because of their hash
 * tag, and none of them ever expires (a server that evicts only keys with a TTL evicts none of these):
 *
 *     weir:{shop.purchases/0/3}:state
 *     weir:{shop.purchases/0/3}:users-1f03…:values    hash, entry name to text
 *     weir:{shop.purchases/0/3}:users-1f03…:names     sorted set of the names
 *     weir:{shop.purchases}:shards                    set of shard names
 */
export function redisMetricStore({ prefix, ...options }: RedisMetricStoreOptions): MetricStore {
  const redis = redisConnection(options);
  const keyOf = (shard: Shard, ...parts: string[]) => [`${prefix}:{${shardName(shard)}}`, ...parts].join(':');
  const metricKeys = (shard: Shard, metric: string) => [keyOf(shard, metric, 'values'), keyOf(shard, metric, 'names')];
  const shardsKey = (stream: string) => `${prefix}:{${stream}}:shards`;
  /** Shards that this process has seen listed. A store that is new, or was restored, may not list them. */
  const listed = new Set<string>();

  return {
    read: (shard) => redis.get(keyOf(shard, 'state')),
    async step(shard, { expected, next, changes }) {
      const name = shardName(shard);
      if (expected === null || !listed.has(name)) await redis.addToSet(shardsKey(shard.stream), name);
      listed.add(name);
      const keys = [keyOf(shard, 'state'), ...changes.flatMap(({ metric }) => metricKeys(shard, metric))];
      const values = [expected ?? '', next, ...changes.flatMap(changeValues)];
      if ((await redis.run(stepScript, keys, values)) === 1) return 'done';
      listed.delete(name);
      return 'changed';
    },
    async entries(shard, metric, range) {
      const keys = [keyOf(shard, 'state'), ...metricKeys(shard, metric)];
      const [state = '', ...found] = (await redis.run(entriesScript, keys, rangeValues(range))) as readonly string[];
      const entries = Array.from({ length: found.length / 2 }, (_, index) =>
        entryOf(found[index * 2] ?? '', found[index * 2 + 1] ?? ''),
      );
      return { state: state === '' ? null : state, entries };
    },
    async shards(stream) {
      const names = await redis.setMembers(shardsKey(stream));
      return names
        .map((name) => {
          const [incarnation, kafkaPartition] = name.slice(stream.length + 1).split('/');
          return { stream, incarnation: Number(incarnation), kafkaPartition: Number(kafkaPartition) };
        })
        .sort(compareShards);
    },
    close: () => redis.close(),
  };
}

function changeValues({ merges, clear, dropBelow, entries }: MetricChange): readonly string[] {
  return [
    merges.map((merge) => SIGNS[merge]).join(''),
    clear ? '1' : '0',
    dropBelow ?? '',
    String(entries.length),
    ...entries.flatMap((entry) => [entry.name, entryText(entry)]),
  ];
}

function rangeValues({ after, from, before, limit }: EntryRange): readonly string[] {
  const start = after === undefined ? (from === undefined ? '-' : `[${from}`) : `(${after}`;
  return [start, before === undefined ? '+' : `(${before}`, String(limit)];
}
