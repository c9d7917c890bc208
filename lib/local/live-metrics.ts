import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LMDB_FILES, lmdbMetricStore } from '../adapters/embedded/lmdb-metric-store.ts';
import type { Contract } from '../contracts/contract.ts';
import { askedMetrics } from '../pipeline/meter/asked-metrics.ts';
import type { AskedMetric } from '../pipeline/meter/read-metric.ts';
import type { MetricStore } from '../pipeline/metric-store.ts';
import type { Settings } from '../settings.ts';
import type { DataFolder } from './folder/data-folder.ts';

/** The live metrics of a data folder, for counting and querying. */
export interface LiveMetrics {
  readonly store: MetricStore;
  /** Every declared metric, in the order of the contracts. */
  readonly metrics: readonly AskedMetric[];
}

export interface LiveMetricsOptions {
  readonly folder: DataFolder;
  readonly contracts: readonly Contract[];
  readonly settings: Pick<Settings, 'windowSeconds' | 'redisUrl' | 'redisMode' | 'redisPrefix'>;
}

/** Opens the store, which several processes may have open at the same time; the caller closes it. */
export async function openLiveMetrics(options: LiveMetricsOptions): Promise<LiveMetrics> {
  const store = (await redisStore(options)) ?? (await lmdbMetricStore({ dir: options.folder.metrics }));
  return { metrics: askedMetrics(options.contracts, options.settings), store };
}

/** The same, read-only: does not create a store if none exists. */
export async function readLiveMetrics(options: LiveMetricsOptions): Promise<LiveMetrics> {
  const dir = options.folder.metrics;
  const isThere = existsSync(join(dir, LMDB_FILES.data));
  const store = (await redisStore(options)) ?? (isThere ? await lmdbMetricStore({ dir, readOnly: true }) : NOTHING);
  return { metrics: askedMetrics(options.contracts, options.settings), store };
}

/** Loads Redis' client only where it is used: loading it would take a quarter of the CPU time of all modules. */
async function redisStore({ settings }: LiveMetricsOptions): Promise<MetricStore | undefined> {
  const { redisUrl, redisMode, redisPrefix } = settings;
  if (redisUrl === '') return undefined;
  const { redisMetricStore } = await import('../adapters/redis/redis-metric-store.ts');
  return redisMetricStore({ url: redisUrl, mode: redisMode, prefix: redisPrefix });
}

const NOTHING: MetricStore = {
  read: async () => null,
  step: async () => 'changed',
  entries: async () => ({ state: null, entries: [] }),
  shards: async () => [],
  close: async () => undefined,
};
