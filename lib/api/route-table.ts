import type { Contract } from '../contracts/contract.ts';
import type { DeclaredRoute } from '../derive/declared-routes.ts';
import type { AskedMetric } from '../pipeline/meter/read-metric.ts';
import { type IngestPorts, ingestRoutes } from './ingest/ingest-routes.ts';
import { openApiDocument } from './openapi/openapi-document.ts';
import { type DocumentPorts, openApiRoutes } from './openapi/openapi-routes.ts';
import type { ExampleEvents, OpenApiDocument } from './openapi/openapi-types.ts';
import { type ReadPorts, readRoutes } from './read-routes.ts';
import type { ApiRoute, ServedRoute } from './route.ts';
import type { RouteLink } from './welcome-route.ts';

/** What the whole API is derived from. */
export interface RouteTableOptions {
  readonly contracts: readonly Contract[];
  readonly metrics: readonly AskedMetric[];
  /** Of the project. */
  readonly routes: readonly DeclaredRoute[];
  /** Pages for people that are served beside it: what the page of `/` leads to first. */
  readonly pages?: readonly RouteLink[];
}

/** Every route of the API, the same on a laptop and in AWS, by what it needs. */
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

interface Described {
  /** Of Weir. */
  readonly version: string;
  readonly examples: ExampleEvents;
  /** What is served beside the table. */
  readonly further?: readonly ServedRoute[];
}

/** The document of the whole table, made once, when it is asked for. */
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
