import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { overviewRoute } from '../../lib/api/overview-route.ts';
import type { ReadPorts } from '../../lib/api/read-routes.ts';
import { served } from '../../lib/api/route.ts';
import { MetricStoreUnavailableError } from '../../lib/pipeline/metric-store.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { askedMetrics, countedStore } from '../support/counted-metrics.ts';
import { memoryMetricStore } from '../support/memory-metric-store.ts';

const metrics = askedMetrics(shopPurchases);
const stream = { stream: 'orders', topic: 'orders-v1', eventsIn: 5, rows: 3, deadLetters: 1, lag: 1, newestMs: 0 };
const purchase = (country: string, amount: number) => ({
  value: JSON.stringify({ created_at: '2026-01-31 10:45:05', country, currency: 'EUR', amount }),
  timestampMs: Date.UTC(2026, 0, 31, 11),
});

const clock = { ms: 0 };
function api(ports: Partial<ReadPorts> = {}) {
  const all = { store: memoryMetricStore(), status: async () => [stream], troubles: () => [], ...ports };
  return createApi({
    routes: served([overviewRoute(metrics, () => clock.ms)], all),
    report: (error) => {
      throw error;
    },
  });
}
const overview = async (app: ReturnType<typeof api>) => JSON.parse(await (await app.request('/overview')).text());
const schemaOf = (route: ReturnType<typeof overviewRoute>) => route.responses[200]?.content['application/json'] ?? {};

describe('GET /overview', () => {
  it('answers streams, health and metrics at once, as its schema says', async () => {
    const store = await countedStore(shopPurchases, [[purchase('Italy', 70), purchase('Spain', 9)]]);
    const body = await overview(api({ store }));
    expect(body.health).toEqual({ status: 'ok', gaps: [], troubles: [] });
    expect(body.streams).toMatchObject([{ stream: 'orders', rows: 3, lag: 1 }]);
    expect(body.metrics.map(({ name }: { name: string }) => name)).toEqual(
      metrics.map(({ definition }) => definition.name),
    );
    expect(body.metrics[1]).toMatchObject({
      name: 'purchase_windows',
      as_of: '2026-01-31T11:00:00.000Z',
      groups: 2,
      total: { count: 2, sum_amount: 79 },
      order: { figure: 'sum_amount', direction: 'descending' },
      rows: [{ group: { country: 'Italy' } }, { group: { country: 'Spain' } }],
    });
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schemaOf(overviewRoute(metrics)));
    expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(await overview(api()))).toBe(true);
  });

  it('answers 304 until a figure has changed', async () => {
    const store = await countedStore(shopPurchases, [[purchase('Italy', 70)]]);
    const app = api({ store });
    const headers = { 'if-none-match': (await app.request('/overview')).headers.get('etag') ?? '' };
    expect((await app.request('/overview', { headers })).status).toBe(304);
    await countedStore(shopPurchases, [[purchase('Italy', 70), purchase('Italy', 5)]], { store, from: 1 });
    expect((await app.request('/overview', { headers })).status).toBe(200);
  });

  it('reads the groups of a metric once for requests at the same time, and not again until it has changed', async () => {
    const store = await countedStore(shopPurchases, [[purchase('Italy', 70)]]);
    let reads = 0;
    const counted: ReadPorts['store'] = {
      read: store.read,
      shards: store.shards,
      async entries(shard, metric, range) {
        reads++;
        return store.entries(shard, metric, range);
      },
    };
    const app = api({ store: counted });
    await Promise.all([overview(app), overview(app), overview(app)]);
    await overview(app);
    expect(reads).toBe(metrics.length);
  });

  it('reads a metric that took a second to read again after ten', async () => {
    const store = await countedStore(shopPurchases, [[purchase('Italy', 70)]]);
    const slow: ReadPorts['store'] = {
      read: store.read,
      shards: store.shards,
      async entries(shard, metric, range) {
        clock.ms += 1000;
        return store.entries(shard, metric, range);
      },
    };
    const app = api({ store: slow });
    const first = await overview(app);
    await countedStore(shopPurchases, [[purchase('Italy', 70), purchase('Italy', 5)]], { store, from: 1 });
    expect((await overview(app)).metrics).toEqual(first.metrics);
    clock.ms += 10_000;
    expect((await overview(app)).metrics[0].total).toEqual({ count: 2 });
  });

  it('answers streams and the trouble while the store of metrics is away, and the metrics when it is back', async () => {
    const there = memoryMetricStore();
    let isAway = true;
    const store: ReadPorts['store'] = {
      ...there,
      shards: (name) => (isAway ? Promise.reject(new MetricStoreUnavailableError('no redis')) : there.shards(name)),
    };
    const app = api({ store });
    expect(await overview(app)).toMatchObject({
      health: { status: 'failing', troubles: [{ message: 'no redis' }] },
      streams: [{ stream: 'orders' }],
      metrics: null,
    });
    isAway = false;
    expect((await overview(app)).metrics).toHaveLength(metrics.length);
  });
});
