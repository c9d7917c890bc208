import type { MSKEvent } from 'aws-lambda';
import { createHandler as createMeter } from '../../../lambdas/meter/handler.ts';
import { readingRoutes } from '../../../lambdas/read/handler.ts';
import { redisMetricStore } from '../../../lib/adapters/redis/redis-metric-store.ts';
import { createApi } from '../../../lib/api/create-api.ts';
import { signedRequests } from '../../../lib/api/openapi/api-security.ts';
import { listen } from '../../../lib/local/server/listen.ts';
import { askedMetrics, definitionsOf } from '../../../lib/pipeline/meter/asked-metrics.ts';
import { streamsByTopic } from '../../../lib/pipeline/streams-by-topic.ts';
import { settings } from '../../../lib/settings.ts';
import { fixture } from '../fixture-project.ts';
import type { LocalServer } from './json-server.ts';

interface EmulatedLive extends LocalServer {
  meter(event: MSKEvent): Promise<unknown>;
}

/**
 * The meter's handler and the REST API's routes in this process, over a Redis without TLS and users, because the
 * functions' bundles require ElastiCache's. There is no API Gateway, so the signatures of requests are not checked.
 */
export async function emulatedLive(redisUrl: string): Promise<EmulatedLive> {
  const { contracts, routes } = fixture;
  const topics = new Map<string, string>();
  const metrics = askedMetrics(contracts, { windowSeconds: settings.windowSeconds.default });
  const store = redisMetricStore({ url: redisUrl, mode: 'cluster', prefix: 'weir' });
  const report = () => undefined;
  const reading = readingRoutes({
    contracts,
    routes,
    metrics,
    topics,
    store,
    examples: () => [],
    security: signedRequests,
    version: '0.0.0',
    report,
  });
  const { fetch } = createApi({ routes: reading, report });
  const server = await listen({ host: '127.0.0.1', port: 0, orAnyFree: true, fetch });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    meter: createMeter({
      store,
      definitionsOf: (stream) => definitionsOf(metrics, stream),
      windowRetentionSeconds: 3600,
      streamOf: streamsByTopic(contracts, { topics, incarnations: new Map() }),
    }),
    async stop() {
      await server.close();
      await store.close();
    },
  };
}
