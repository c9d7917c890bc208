import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { type ReadPorts, readRoutes } from '../../lib/api/read-routes.ts';
import { served } from '../../lib/api/route.ts';
import { MetricStoreUnavailableError } from '../../lib/pipeline/metric-store.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { askedMetrics, countedStore } from '../support/counted-metrics.ts';
import { memoryMetricStore } from '../support/memory-metric-store.ts';

const metrics = askedMetrics(shopPurchases);
const purchase = (country: string, amount: number, at: string) => ({
  value: JSON.stringify({ created_at: `2026-01-31 ${at}`, country, currency: 'EUR', amount }),
  timestampMs: Date.UTC(2026, 0, 31, 11),
});
const example = [
  [purchase('Germany', 100, '10:45:05'), purchase('Germany', 250, '10:45:59'), purchase('Germany', 40, '10:46:00')],
  [purchase('Italy', 70, '10:45:30')],
];

const reported: unknown[] = [];
function api(store: ReadPorts['store']) {
  reported.length = 0;
  return createApi({
    routes: served(readRoutes({ metrics, routes: [] }), { store, status: async () => [], troubles: () => [] }),
    report: (error) => reported.push(error),
  });
}
async function get(store: ReadPorts['store'], path: string) {
  const response = await api(store).request(path);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

describe('GET /metrics', () => {
  it('lists every declared metric, of an empty store too', async () => {
    const { status, body } = await get(memoryMetricStore(), '/metrics');
    expect(status).toBe(200);
    expect(body.count).toBe(metrics.length);
    expect(body.data[1]).toEqual({
      name: 'purchase_windows',
      description: 'Purchases and their amount, by country and window.',
      unit: 'purchases',
      stream: 'shop.purchases',
      by: ['country'],
      figures: [
        { name: 'count', op: 'count', field: null, unit: 'purchases' },
        { name: 'sum_amount', op: 'sum', field: 'amount', unit: 'whole units of the currency' },
      ],
      window_seconds: 60,
      as_of: null,
      complete: true,
      expired: 0,
      href: '/metrics/purchase_windows',
    });
  });
});

describe('GET /metrics/{name}', () => {
  it('answers the metric, at / and at /api/ alike', async () => {
    const store = await countedStore(shopPurchases, example);
    const { body } = await get(store, '/metrics/purchase_windows?limit=1');
    expect(body).toMatchObject({ name: 'purchase_windows', as_of: '2026-01-31T11:00:00.000Z', count: 3 });
    expect(body.data).toEqual([
      {
        group: { country: 'Germany' },
        values: { count: 2, sum_amount: 350 },
        window: { start: '2026-01-31T10:45:00Z', end: '2026-01-31T10:46:00Z', closed: false },
      },
    ]);
    expect((await get(store, '/api/metrics/purchase_windows?limit=1')).body).toEqual(body);
  });

  it('pages until there is no next, and counts all rows on each page', async () => {
    const store = await countedStore(shopPurchases, example);
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { body } = await get(store, `/metrics/purchase_windows?limit=1${next === '' ? '' : `&next=${next}`}`);
      expect(body.count).toBe(3);
      seen.push(...body.data.map((row: { group: { country: string } }) => row.group.country));
      next = body.next;
    }
    expect(seen).toEqual(['Germany', 'Italy', 'Germany']);
  });

  it('leaves groups and windows out that were not asked for', async () => {
    const store = await countedStore(shopPurchases, example);
    const countOf = async (query: string) => (await get(store, `/metrics/purchase_windows?${query}`)).body.count;
    expect(await countOf('group.country=Germany')).toBe(2);
    expect(await countOf('from=2026-01-31T10:45:00.5Z')).toBe(1);
    expect(await countOf('from=2026-01-31T10:45:00Z&to=2026-01-31T10:46:00Z')).toBe(2);
    expect(await countOf('to=1969-12-31T00:00:00Z')).toBe(0);
  });

  it('answers an empty store with no rows', async () => {
    const { status, body } = await get(memoryMetricStore(), '/metrics/purchase_windows');
    expect(status).toBe(200);
    expect(body).toMatchObject({ as_of: null, complete: true, count: 0, next: null, data: [] });
  });

  it('answers 304 to whoever has the revision, and anew when something was counted', async () => {
    const store = await countedStore(shopPurchases, example.slice(0, 1));
    const first = await get(store, '/metrics/purchases');
    expect(first.headers.get('cache-control')).toBe('max-age=1');
    const headers = { 'if-none-match': `"other", ${first.headers.get('etag')}` };
    const again = await api(store).request('/metrics/purchases', { headers });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    await countedStore(shopPurchases, [[], ...example.slice(1)], { store });
    const changed = await api(store).request('/metrics/purchases', { headers });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ data: [{ values: { count: 4 } }] });
  });

  it.each([
    ['limit=0', 'limit', 'expected a whole number from 1 to 10000'],
    ['limit=1.5', 'limit', 'expected a whole number'],
    ['limit=1&limit=2', 'limit', 'found it twice'],
    ['contry=Italy', 'contry', 'expected only the parameters group.country, from, to, limit, next'],
    ['from=yesterday', 'from', 'expected a time such as'],
    ['from=2026-02-30T00:00:00Z', 'from', 'expected a time such as'],
    ['from=2026-01-31T11:00:00Z&to=2026-01-31T10:00:00Z', 'from', 'expected from to be before to'],
    ['next=nonsense', 'next', 'expected the "next" of an answer of purchase_windows'],
  ])('refuses ?%s and names the parameter', async (query, parameter, message) => {
    const { status, body } = await get(memoryMetricStore(), `/metrics/purchase_windows?${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_parameter', parameter });
    expect(body.error.message).toContain(message);
  });

  it('refuses the page token of another metric', async () => {
    const store = await countedStore(shopPurchases, example);
    const { body } = await get(store, '/metrics/purchase_windows?limit=1');
    const other = await get(store, `/metrics/purchase_windows_by_currency?next=${body.next}`);
    expect(other.status).toBe(400);
    expect(other.body.error.message).toContain('purchase_windows_by_currency');
  });

  it('names the metrics there are, asked for another', async () => {
    const { status, body } = await get(memoryMetricStore(), '/metrics/sales');
    expect(status).toBe(404);
    expect(body.error.message).toMatch(/expected a metric \(purchases, .*\), found "sales"/);
  });
});

describe('the API', () => {
  it('says which methods a path takes', async () => {
    const response = await api(memoryMetricStore()).request('/metrics/purchases', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  it('answers HEAD as GET, without a body', async () => {
    const response = await api(memoryMetricStore()).request('/metrics/purchases', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).not.toBeNull();
    expect(await response.text()).toBe('');
  });

  it('answers 404 in the shape of every error for a path that there is not', async () => {
    const { status, body } = await get(memoryMetricStore(), '/nowhere');
    expect(status).toBe(404);
    expect(body).toEqual({ error: { code: 'not_found', message: expect.stringContaining('found /nowhere') } });
  });

  it('answers 503 with Retry-After while the store is away, and logs it', async () => {
    const away = { ...memoryMetricStore(), shards: () => Promise.reject(new MetricStoreUnavailableError('no redis')) };
    const { status, headers, body } = await get(away, '/metrics/purchases');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('2');
    expect(body.error.code).toBe('unavailable');
    expect(reported).toEqual([expect.any(MetricStoreUnavailableError)]);
  });

  it('answers 500 without what failed, which the log has', async () => {
    const broken = { ...memoryMetricStore(), shards: () => Promise.reject(new Error('secret path')) };
    const { status, body } = await get(broken, '/metrics/purchases');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(reported).toEqual([new Error('secret path')]);
  });
});
