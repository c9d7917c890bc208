import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { type ReadPorts, readRoutes } from '../../lib/api/read-routes.ts';
import { served } from '../../lib/api/route.ts';
import { MetricStoreUnavailableError } from '../../lib/pipeline/metric-store.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { askedMetrics, countedStore } from '../support/counted-metrics.ts';
import { memoryMetricStore } from '../support/memory-metric-store.ts';

const metrics = askedMetrics(shopPurchases);
const stream = { stream: 'orders', topic: 'orders-v1', eventsIn: 5, rows: 3, deadLetters: 1, lag: 1, newestMs: 0 };

function ask(path: string, ports: Partial<ReadPorts> = {}, headers: Record<string, string> = {}) {
  const all = { store: memoryMetricStore(), status: async () => [stream], troubles: () => [], ...ports };
  const api = createApi({
    routes: served(readRoutes({ metrics, routes: [] }), all),
    report: (error) => {
      throw error;
    },
  });
  return api.request(path, { headers });
}
const json = async (response: Response) => JSON.parse(await response.text());

describe('GET /status', () => {
  it('says where each stream stands', async () => {
    expect(await json(await ask('/status'))).toEqual({
      streams: [
        {
          stream: 'orders',
          topic: 'orders-v1',
          events_in: 5,
          rows: 3,
          dead_letters: 1,
          lag: 1,
          newest: '1970-01-01T00:00:00.000Z',
        },
      ],
    });
  });

  it('answers 304 until something has changed', async () => {
    const first = await ask('/status');
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await ask('/status', {}, headers)).status).toBe(304);
    expect((await ask('/status', { status: async () => [{ ...stream, lag: 0 }] }, headers)).status).toBe(200);
  });
});

describe('GET /health', () => {
  it('is ok where nothing is wrong', async () => {
    const response = await ask('/health');
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual({ status: 'ok', gaps: [], troubles: [] });
  });

  it('names the metrics that are not counted from the beginning', async () => {
    const record = {
      value: JSON.stringify({ created_at: '2026-01-31 10:45:00', country: 'Italy', currency: 'EUR', amount: 1 }),
      timestampMs: Date.UTC(2026, 0, 31, 11),
    };
    const store = await countedStore(shopPurchases, [[record, record]], { from: 1 });
    const response = await ask('/health', { store });
    expect(response.status).toBe(200);
    const names = metrics.map(({ definition }) => definition.name);
    expect(await json(response)).toEqual({ status: 'filling', gaps: names, troubles: [] });
  });

  it('fails with what does not work', async () => {
    const trouble = { state: 'stopped', what: 'topic orders', message: 'it was created again' } as const;
    const response = await ask('/health', { troubles: () => [trouble] });
    expect(response.status).toBe(503);
    expect(await json(response)).toEqual({ status: 'failing', gaps: [], troubles: [trouble] });
  });

  it('fails while the store of live metrics is away', async () => {
    const away = { ...memoryMetricStore(), shards: () => Promise.reject(new MetricStoreUnavailableError('no redis')) };
    const response = await ask('/health', { store: away });
    expect(response.status).toBe(503);
    expect(await json(response)).toMatchObject({ status: 'failing', troubles: [{ message: 'no redis' }] });
  });
});

describe('GET /', () => {
  it('answers Welcome', async () => {
    const response = await ask('/');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('Welcome');
    expect(await (await ask('/api')).text()).toBe('Welcome');
    expect(await (await ask('/api/')).text()).toBe('Welcome');
  });

  it('answers a browser with a page that leads to every route, by addresses that there are', async () => {
    for (const at of ['/', '/api']) {
      const response = await ask(at, {}, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      const page = await response.text();
      expect(page).toContain('Welcome');
      const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href);
      expect(links.length).toBeGreaterThan(metrics.length);
      for (const link of links) expect((await ask(link)).status).toBe(200);
    }
  });
});
