import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { redisMetricStore } from '../../lib/adapters/redis/redis-metric-store.ts';
import { type MetricStore, MetricStoreUnavailableError } from '../../lib/pipeline/metric-store.ts';
import { metricStoreSuite } from '../conformance/metric-store.suite.ts';
import { redisServer } from '../support/servers/redis.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const shard = { stream: 'test.stream', incarnation: 0, kafkaPartition: 0 };
const stepOf = (expected: string | null, next: string, names: readonly string[]) => ({
  expected,
  next,
  changes: [
    {
      metric: 'm-1',
      merges: ['add'] as const,
      entries: names.map((name) => ({ name, label: null, values: [1n] })),
      clear: false,
      dropBelow: null,
    },
  ],
});

await describeWithServer(redisServer, (running) => {
  const open = (prefix: string): MetricStore => redisMetricStore({ url: running().url, mode: 'cluster', prefix });

  metricStoreSuite(async () => {
    const [store, another] = [open('suite'), open('suite')];
    return {
      store,
      another,
      async close() {
        await Promise.all([store.close(), another.close()]);
      },
    };
  });

  it('reconnects when nobody has used it for longer than it may be idle, as after a function was frozen', async () => {
    const received = async () =>
      Number(/total_connections_received:(\d+)/.exec(await running().command('info', 'stats'))?.[1]);
    const store = redisMetricStore({ url: running().url, mode: 'cluster', prefix: 'idle', maxIdleMs: 300 });
    const readTwice = async () => {
      await store.read(shard);
      await store.read(shard);
    };
    await readTwice();
    const first = await received();
    await readTwice();
    // Its own question is one.
    expect((await received()) - first).toBe(1);
    await setTimeout(400);
    await readTwice();
    // The cluster's nodes, and the one that has the key.
    expect((await received()) - first).toBe(4);
    await store.close();
  });

  it('changes nothing when it is full, reports it, and continues when there is room', async () => {
    const store = open('full');
    await store.step(shard, stepOf(null, '1', ['["a"]']));
    // What a server uses varies by more than an entry has: any limit near it may still hold.
    await running().command('config', 'set', 'maxmemory', '1');
    const full = store.step(shard, stepOf('1', '2', ['["a"]', '["b"]']));
    await expect(full).rejects.toThrow(MetricStoreUnavailableError);
    await expect(full).rejects.toThrow(/OOM/);
    expect(await store.read(shard)).toBe('1');
    await running().command('config', 'set', 'maxmemory', '0');
    expect((await store.entries(shard, 'm-1', { limit: 10 })).entries).toHaveLength(1);
    expect(await store.step(shard, stepOf('1', '2', ['["a"]', '["b"]']))).toBe('done');
    await store.close();
  });

  it('has no key that expires', async () => {
    const keys = (await running().command('keys', '*')).split('\n');
    expect(keys.length).toBeGreaterThan(10);
    for (const key of keys.slice(0, 50)) expect(await running().command('ttl', key)).toBe('-1');
  });

  it('says that it cannot be reached, and continues when it can: also where the server has forgotten the scripts', async () => {
    const store = open('away');
    await store.step(shard, stepOf(null, '1', ['["a"]']));
    await running().kill();
    await expect(store.read(shard)).rejects.toThrow(MetricStoreUnavailableError);
    await expect(store.step(shard, stepOf('1', '2', ['["a"]']))).rejects.toThrow(/live metrics at 127\.0\.0\.1:\d+/);
    await running().restart();
    const state = await store.read(shard);
    expect(await store.step(shard, stepOf(state, 'after', ['["b"]']))).toBe('done');
    expect(await store.shards(shard.stream)).toEqual([shard]);
    await store.close();
  });
});
