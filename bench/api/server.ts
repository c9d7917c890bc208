/**
 * A server of the API benchmark, in a separate process: `server.ts <bare | embedded | redis> <folder | redis url>
 * <files…>`.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createCluster } from '@redis/client';
import { Hono } from 'hono';
import { createHandler } from '../../lambdas/meter/handler.ts';
import { lmdbMetricStore } from '../../lib/adapters/embedded/lmdb-metric-store.ts';
import { redisMetricStore } from '../../lib/adapters/redis/redis-metric-store.ts';
import { createApi } from '../../lib/api/create-api.ts';
import { readRoutes } from '../../lib/api/read-routes.ts';
import { served } from '../../lib/api/route.ts';
import { askedMetrics, definitionsOf } from '../../lib/pipeline/meter/asked-metrics.ts';
import type { MetricStore } from '../../lib/pipeline/metric-store.ts';
import { settings } from '../../lib/settings.ts';
import { type Fetch, guarded, serve } from '../http/serve.ts';
import { benchOrders } from '../sink/contract.ts';
import { payloads } from '../sink/payloads.ts';

/** Counts the events, then handles requests to `/metrics/…` as `weir start` does. */
async function weir(store: MetricStore, files: readonly string[]): Promise<Fetch> {
  const metrics = askedMetrics([benchOrders], { windowSeconds: settings.windowSeconds.default });
  const definitions = definitionsOf(metrics, benchOrders.name);
  const count = createHandler({
    store,
    definitionsOf: () => definitions,
    windowRetentionSeconds: settings.metricRetentionHours.default * 3600,
    streamOf: (topic) => ({ topic, contract: benchOrders, incarnation: 0 }),
  });
  for (const event of payloads(files, 'drained')) await count(event);
  const routes = served(readRoutes({ metrics, routes: [] }), { store, status: async () => [], troubles: () => [] });
  const api = createApi({ routes, report: (error) => void process.stderr.write(`${error}\n`) });
  return guarded(api);
}

/**
 * A typical hand-written version: counters in Redis and a handler that reads them, with numbers as figures and no
 * pages.
 */
async function bare(url: string, files: readonly string[]): Promise<Fetch> {
  const client = createCluster({ rootNodes: [{ url }] });
  await client.connect();
  const counters = new Map<string, number>();
  let orders = 0;
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const { created_at: at, country } = JSON.parse(line);
      const window = `${at.slice(0, 16)}|${country}`;
      counters.set(window, (counters.get(window) ?? 0) + 1);
      orders += 1;
    }
  }
  await client.set('orders', orders);
  await client.hSet('order_windows', [...counters].flat().map(String));
  const app = new Hono();
  app.get('/metrics/orders', async (context) => context.json({ count: Number(await client.get('orders')) }));
  app.get('/metrics/order_windows', async (context) => context.json(await client.hGetAll('order_windows')));
  return app.fetch as Fetch;
}

const [mode = '', place = '', ...files] = process.argv.slice(2);
const modes = {
  bare: () => bare(place, files),
  embedded: async () => weir(await lmdbMetricStore({ dir: place }), files),
  redis: () => weir(redisMetricStore({ url: place, mode: 'cluster', prefix: 'bench' }), files),
};
await serve(modes, mode);
