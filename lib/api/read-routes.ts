import type { DeclaredRoute } from '../derive/declared-routes.ts';
import type { AskedMetric } from '../pipeline/meter/read-metric.ts';
import type { MetricStore } from '../pipeline/metric-store.ts';
import { declaredRoutes } from './declared-routes.ts';
import { metricRoutes } from './metric-routes.ts';
import { overviewRoute } from './overview-route.ts';
import type { ApiRoute } from './route.ts';
import { statusRoutes, type Trouble } from './status-routes.ts';
import type { StreamStatus } from './stream-status.ts';
import { type RouteLink, welcomeRoute } from './welcome-route.ts';

/** What the read routes require. */
export interface ReadPorts {
  readonly store: Pick<MetricStore, 'read' | 'shards' | 'entries'>;
  /** In the order of the contracts. */
  status(): Promise<readonly StreamStatus[]>;
  /** Current problems. */
  troubles(): readonly Trouble[];
}

/** What the routes are derived from. */
export interface ReadOptions {
  readonly metrics: readonly AskedMetric[];
  /** The project's routes. */
  readonly routes: readonly DeclaredRoute[];
  /** Links that the page at `/` lists before these routes. */
  readonly leadingTo?: readonly RouteLink[];
}

/** Every read-only route. */
export function readRoutes({ metrics, routes, leadingTo = [] }: ReadOptions): readonly ApiRoute<ReadPorts>[] {
  const reading = [
    ...declaredRoutes(routes, metrics),
    ...metricRoutes(metrics),
    ...statusRoutes(metrics),
    overviewRoute(metrics),
  ];
  const listed = reading.filter(({ isUnlisted }) => isUnlisted !== true);
  return [welcomeRoute([...leadingTo, ...listed]), ...reading];
}
