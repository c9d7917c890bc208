import { createApi } from '../../lib/api/create-api.ts';
import { ingestRoutes, openIngesters } from '../../lib/api/ingest/ingest-routes.ts';
import { serverToken } from '../../lib/api/openapi/api-security.ts';
import { openApiDocument } from '../../lib/api/openapi/openapi-document.ts';
import { openApiRoutes } from '../../lib/api/openapi/openapi-routes.ts';
import { readRoutes } from '../../lib/api/read-routes.ts';
import { served } from '../../lib/api/route.ts';
import { exampleEvents } from '../../lib/local/example-events.ts';
import { askedMetrics } from './counted-metrics.ts';
import { contracts, fixture, generators } from './fixture-project.ts';
import { memoryMetricStore } from './memory-metric-store.ts';
import { recordedAppends } from './recorded-appends.ts';
import { testClock } from './test-clock.ts';

/** The API of the fixture project over the tests' ports. `log.onAppend` may delay an append, or make it fail. */
export function wholeApi() {
  const clock = testClock();
  const log = { onAppend: async () => {} };
  const recorded = recordedAppends(4, () => log.onAppend());
  const metrics = contracts.flatMap(askedMetrics);
  const reading = readRoutes({ metrics, routes: fixture.routes });
  const routes = [...reading, ...ingestRoutes(contracts), ...openApiRoutes];
  const examples = exampleEvents(contracts, generators, clock.now());
  const document = openApiDocument({ routes, version: '1.2.3', examples, security: serverToken });
  const report = () => undefined;
  const ingesters = openIngesters({ contracts, topics: new Map(), log: recorded.log, clock, maxWaitingBytes: 1000 });
  const api = createApi({
    routes: [
      ...served(reading, { store: memoryMetricStore(), status: async () => [], troubles: () => [] }),
      ...served(ingestRoutes(contracts), { ingesters, limits: { maxBodyBytes: 3 * 1024 * 1024 }, report }),
      ...served(openApiRoutes, { document: () => document }),
    ],
    report,
  });
  return { api, document, log };
}
