import type { Contract } from '../contracts/contract.ts';
import type { DeclaredRoute } from '../derive/declared-routes.ts';
import type { AskedMetric } from '../pipeline/meter/read-metric.ts';
import { type IngestPorts, ingestRoutes } from './ingest/ingest-routes.ts';
import { type DescribedApi, openApiDocument } from './openapi/openapi-document.ts';
import { type DocumentPorts, openApiRoutes } from './openapi/openapi-routes.ts';
import type { OpenApiDocument } from './openapi/openapi-types.ts';
import { type ReadPorts, readRoutes } from './read-routes.ts';
import type { ApiRoute, ServedRoute } from './route.ts';
import type { RouteLink } from './welcome-route.ts';

/** What the whole API is derived from. */
export interface RouteTableOptions {
  readonly contracts: readonly Contract[];
  readonly metrics: readonly AskedMetric[];
  /** The project's routes. */
  readonly routes: readonly DeclaredRoute[];
  /** Pages for people, served alongside the API and listed first on the page at `/`. */
  readonly pages?: readonly RouteLink[];
}

/** Every route of the API, the same locally and in AWS, grouped by the ports it requires. */
export interface RouteTable {
  readonly reading: readonly ApiRoute<ReadPorts>[];
  readonly taking: readonly ApiRoute<IngestPorts>[];
  readonly describing: readonly ApiRoute<DocumentPorts>[];
}

export function routeTable({ contracts, metrics, routes, pages = [] }: RouteTableOptions): RouteTable {
  return {
    reading: readRoutes({ metrics, routes, leadingTo: [...pages, ...openApiRoutes] }),
    taking: ingestRoutes(contracts),
    describing: openApiRoutes,
  };
}

interface Described extends Omit<DescribedApi, 'routes'> {
  /** Routes served in addition to the table. */
  readonly further?: readonly ServedRoute[];
}

/** The document of the whole table, built once, on first request. */
export function tableDocument(
  { reading, taking, describing }: RouteTable,
  { further = [], ...described }: Described,
): () => OpenApiDocument {
  let made: OpenApiDocument | undefined;
  return () => {
    made ??= openApiDocument({ routes: [...reading, ...taking, ...further, ...describing], ...described });
    return made;
  };
}
