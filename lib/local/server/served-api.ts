import { dashboardRoutes } from '../../api/dashboard-routes.ts';
import { openIngesters } from '../../api/ingest/ingest-routes.ts';
import { MAX_UNPACKED_BYTES } from '../../api/ingest/request-events.ts';
import { serverToken } from '../../api/openapi/api-security.ts';
import { type ServedRoute, served } from '../../api/route.ts';
import { routeTable, tableDocument } from '../../api/route-table.ts';
import type { Trouble } from '../../api/status-routes.ts';
import { packageFacts } from '../../package-root.ts';
import type { Clock } from '../../pipeline/ports.ts';
import type { AppendableLog } from '../../pipeline/produce.ts';
import type { LocatedProject } from '../../project.ts';
import type { Settings } from '../../settings.ts';
import { dashboardFiles } from '../dashboard/dashboard-files.ts';
import { exampleEvents } from '../example-events.ts';
import type { Pipeline } from '../pipeline.ts';

export interface ServedApiOptions {
  readonly project: Pick<LocatedProject, 'contracts' | 'generators' | 'routes'>;
  readonly settings: Pick<Settings, 'topics'>;
  readonly log: AppendableLog;
  readonly clock: Clock;
  readonly pipeline: Pick<Pipeline, 'live' | 'status'>;
  /** Routes that need the pipeline itself. */
  readonly laptop?: readonly ServedRoute[];
  readonly troubles: () => readonly Trouble[];
  /** Called with failures that the client did not cause. */
  readonly report: (error: unknown) => void;
}

/** Every route of the API, over the ports of this process. */
export function servedApi(options: ServedApiOptions): readonly ServedRoute[] {
  const { project, settings, log, clock, pipeline, troubles, report, laptop = [] } = options;
  const { contracts, generators } = project;
  const { metrics, store } = pipeline.live;
  const pages = dashboardRoutes.filter(({ isUnlisted }) => isUnlisted !== true);
  const table = routeTable({ contracts, metrics, routes: project.routes, pages });
  const ingesters = openIngesters({ contracts, topics: settings.topics, log, clock });
  const limits = { maxBodyBytes: MAX_UNPACKED_BYTES };
  const document = tableDocument(table, {
    version: packageFacts().version,
    examples: exampleEvents(contracts, generators, clock.now()),
    security: serverToken,
    further: laptop,
  });
  return [
    ...served(table.reading, { store, status: pipeline.status, troubles }),
    ...served(table.taking, { ingesters, limits, report }),
    ...laptop,
    ...served(table.describing, { document }),
    ...served(dashboardRoutes, { dashboard: dashboardFiles() }),
  ];
}
