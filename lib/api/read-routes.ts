import type { AskedMetric } from '../pipeline/meter/read-metric.ts';
import type { MetricStore } from '../pipeline/metric-store.ts';
import { metricRoutes } from './metric-routes.ts';
import type { ApiRoute } from './route.ts';

/** What reading asks of the world. */
export interface ReadPorts {
  readonly store: Pick<MetricStore, 'read' | 'shards' | 'entries'>;
}

/** What the routes are derived from. */
export interface ReadOptions {
  readonly metrics: readonly AskedMetric[];
}

/** Every route that only reads. */
export function readRoutes({ metrics }: ReadOptions): readonly ApiRoute<ReadPorts>[] {
  return metricRoutes(metrics);
}
