import { handle } from 'hono/aws-lambda';
import { ApiError } from '../../lib/api/api-error.ts';
import { createApi } from '../../lib/api/create-api.ts';
import type { IngestPorts } from '../../lib/api/ingest/ingest-routes.ts';
import type { ApiSecurity } from '../../lib/api/openapi/api-security.ts';
import type { ExampleEvents } from '../../lib/api/openapi/openapi-types.ts';
import { type ApiRoute, type ServedRoute, served } from '../../lib/api/route.ts';
import { type RouteTableOptions, routeTable, tableDocument } from '../../lib/api/route-table.ts';
import type { StreamStatus } from '../../lib/api/stream-status.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { parseShardState } from '../../lib/pipeline/meter/shard-state.ts';
import type { MetricStore } from '../../lib/pipeline/metric-store.ts';

interface ReadDeps extends RouteTableOptions {
  /** Topics by stream, for streams whose topic has a different name. */
  readonly topics: ReadonlyMap<string, string>;
  readonly store: Pick<MetricStore, 'read' | 'shards' | 'entries'>;
  /** Weir's version. */
  readonly version: string;
  /** Made by the generators at deployment, since they are not part of the function. */
  readonly examples: ExampleEvents;
  readonly security: ApiSecurity;
  /** Called with errors that the client did not cause. */
  readonly report: (error: unknown) => void;
}

/**
 * Serves every route of the API except those that accept events: API Gateway sends these requests to the ingest
 * function. It still knows these routes, so that a request with a wrong method or stream gets the same response as on a
 * laptop.
 */
export function createHandler(deps: ReadDeps) {
  return handle(createApi({ routes: readingRoutes(deps), report: deps.report }));
}

/** The routes that the function serves. */
export function readingRoutes(deps: ReadDeps): readonly ServedRoute[] {
  const table = routeTable(deps);
  const { version, examples, security } = deps;
  const document = tableDocument(table, { version, examples, security });
  return [
    ...served(table.reading, { store: deps.store, status: () => streamStatus(deps), troubles: () => [] }),
    ...table.taking.map(servedElsewhere),
    ...served(table.describing, { document }),
  ];
}

/** A stream's own path reaches this function only in another spelling, such as with a trailing slash. */
function servedElsewhere(route: ApiRoute<IngestPorts>): ServedRoute {
  if (route.takes === undefined) return { ...route, handle: (request) => route.handle(request, NO_INGESTERS) };
  return {
    ...route,
    async handle() {
      throw new ApiError('not_found', `expected exactly ${route.path} or /api${route.path}, found another spelling`);
    },
  };
}

const NO_INGESTERS: IngestPorts = { ingesters: new Map(), limits: { maxBodyBytes: 0 }, report: () => undefined };

/** Each stream's topic and newest counted record. CloudWatch has the lag and what is in the lake. */
async function streamStatus({ contracts, topics, store }: ReadDeps): Promise<readonly StreamStatus[]> {
  return Promise.all(
    contracts.map(async (contract) => ({
      stream: contract.name,
      topic: topicOf(contract, topics),
      eventsIn: null,
      rows: null,
      deadLetters: null,
      lag: null,
      newestMs: await newestMs(store, contract.name),
    })),
  );
}

async function newestMs(store: ReadDeps['store'], stream: string): Promise<number | null> {
  const shards = await store.shards(stream);
  const texts = await Promise.all(shards.map((shard) => store.read(shard)));
  const newest = texts.map((text) => (text === null ? -1 : parseShardState(text).newestTimestampMs));
  const found = Math.max(-1, ...newest);
  return found < 0 ? null : found;
}
