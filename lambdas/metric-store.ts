import { elastiCacheCredentials } from '../lib/adapters/aws/elasticache-credentials.ts';
import { redisMetricStore } from '../lib/adapters/redis/redis-metric-store.ts';
import type { MetricStore } from '../lib/pipeline/metric-store.ts';
import { lambdaIdentity } from './environment.ts';
import type { StoreEnv } from './store-variables.ts';

/**
 * Shorter than the network keeps an idle connection between function and cache: a frozen function does not notice that
 * its connection was closed.
 */
const MAX_IDLE_MS = 60_000;

/** The deployment's metric store, over TLS with IAM. It connects on first use. */
export function deployedMetricStore(
  { STORE_CACHE, STORE_ENDPOINT, STORE_USER }: StoreEnv,
  { redisPrefix, environment }: { readonly redisPrefix: string; readonly environment: NodeJS.ProcessEnv },
): MetricStore {
  const identity = lambdaIdentity(environment);
  return redisMetricStore({
    url: `rediss://${STORE_ENDPOINT}`,
    mode: 'cluster',
    prefix: redisPrefix,
    credentials: elastiCacheCredentials({ ...identity, cache: STORE_CACHE, user: STORE_USER }),
    maxIdleMs: MAX_IDLE_MS,
  });
}
