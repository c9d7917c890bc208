import { handle } from 'hono/aws-lambda';
import { ApiError } from '../../lib/api/api-error.ts';
import { createApi } from '../../lib/api/create-api.ts';
import type { IngestPorts } from '../../lib/api/ingest/ingest-routes.ts';
import { type ApiRoute, type ServedRoute, served } from '../../lib/api/route.ts';
import { type RouteTableOptions, routeTable, tableDocument } from '../../lib/api/route-table.ts';
import type { StreamStatus } from '../../lib/api/stream-status.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { parseShardState } from '../../lib/pipeline/meter/shard-state.ts';
import type { MetricStore } from '../../lib/pipeline/metric-store.ts';

interface ReadDeps extends RouteTableOptions {
  /** Stream to topic, where that has another name. */
  readonly topics: ReadonlyMap<string, string>;
  readonly store: Pick<MetricStore, 'read' | 'shards' | 'entries'>;
  /** Of Weir. */
  readonly version: string;
  /** Gets what failed and is not the client's doing. */
  readonly report: (error: unknown) => void;
}

/**
 * Returns every route of the API but those that take events, whose requests API Gateway hands to the function for them. It
 * knows these too: a request with a wrong method or a wrong stream gets the answer that it would get on a laptop.
 */
export function createHandler(deps: ReadDeps) {
  return handle(createApi({ routes: readingRoutes(deps), report: deps.report }));
}

/** What the function serves. */
export function readingRoutes(deps: ReadDeps): readonly ServedRoute[] {
  const table = routeTable(deps);
  // Generators, which make examples, are no part of the function.
  const document = tableDocument(table, { version: deps.version, examples: () => [] });
  return [
    ...served(table.reading, { store: deps.store, status: () => streamStatus(deps), troubles: () => [] }),
    ...table.taking.map(servedElsewhere),
    ...served(table.describing, { document }),
  ];
}

/** A stream's own path reaches this function only where it is spelled otherwise, such as with a slash at its end. */
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

/** Of each stream its topic, and the newest record that is counted. What waits and what is in the lake, CloudWatch has. */
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
