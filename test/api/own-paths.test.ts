import { expect, it } from 'vitest';
import { deadLetterRoutes } from '../../lib/api/dead-letter-routes.ts';
import { healthRoutes } from '../../lib/api/health-routes.ts';
import { ingestRoutes } from '../../lib/api/ingest/ingest-routes.ts';
import { lakeRoutes } from '../../lib/api/lake-routes.ts';
import { modelRoutes } from '../../lib/api/model-routes.ts';
import { openApiRoutes } from '../../lib/api/openapi/openapi-routes.ts';
import { queryRoutes } from '../../lib/api/query-routes.ts';
import { readRoutes } from '../../lib/api/read-routes.ts';
import { streamRoutes } from '../../lib/api/stream-routes.ts';
import { routeFault } from '../../lib/derive/declared-routes.ts';
import { controlRoutes } from '../../lib/local/control/control-routes.ts';
import { contracts } from '../support/fixture-project.ts';

it('the beginnings of the engine’s own paths are not a project’s to declare', () => {
  const own = [
    ...readRoutes({ metrics: [], routes: [] }),
    ...ingestRoutes(contracts),
    ...openApiRoutes,
    ...controlRoutes,
    ...deadLetterRoutes,
    ...streamRoutes,
    ...modelRoutes,
    ...lakeRoutes,
    ...queryRoutes,
    ...healthRoutes,
  ];
  const beginnings = new Set(own.map(({ path }) => path.split('/')[1] ?? ''));
  for (const beginning of [...beginnings].filter((name) => name !== '')) {
    const route = { path: `/${beginning}/mine`, summary: '', view: { shape: 'total', metric: 'x' } } as const;
    expect(routeFault([route], [])).toContain(`/${beginning} is the API’s own`);
  }
});
