/** One round of the meter benchmark, in a separate process: `round.ts <folder | redis url> <files…>`. */
import { createHandler } from '../../lambdas/meter/handler.ts';
import { lmdbMetricStore } from '../../lib/adapters/embedded/lmdb-metric-store.ts';
import { redisMetricStore } from '../../lib/adapters/redis/redis-metric-store.ts';
import { metricDefinitions } from '../../lib/derive/metric-definitions.ts';
import { settings } from '../../lib/settings.ts';
import { benchOrders } from '../sink/contract.ts';
import { payloads } from '../sink/payloads.ts';

export interface MeterRound {
  readonly events: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
  /** Calls of the store; not counted for the Python program. */
  readonly steps?: number;
}

async function main(place: string, files: readonly string[]): Promise<MeterRound> {
  const store = place.startsWith('redis:')
    ? redisMetricStore({ url: place, mode: 'cluster', prefix: 'bench' })
    : await lmdbMetricStore({ dir: place });
  const definitions = metricDefinitions(benchOrders);
  const handle = createHandler({
    store,
    definitionsOf: () => definitions,
    windowRetentionSeconds: settings.metricRetentionHours.default * 3600,
    streamOf: (topic) => ({ topic, contract: benchOrders, incarnation: 0 }),
  });
  const totals = { events: 0, cpuSeconds: 0, wallSeconds: 0, steps: 0 };
  for (const event of payloads(files, 'drained')) {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    const counts = await handle(event);
    const { user, system } = process.cpuUsage(before);
    totals.cpuSeconds += (user + system) / 1e6;
    totals.wallSeconds += (performance.now() - startedAt) / 1000;
    totals.events += counts.events;
    totals.steps += counts.steps;
  }
  await store.close();
  return { ...totals, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
}

const [place = '', ...files] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await main(place, files)));
