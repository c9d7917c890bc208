import { handle } from 'hono/aws-lambda';
import { createApi } from '../../lib/api/create-api.ts';
import { type IngestPorts, ingestRoutes } from '../../lib/api/ingest/ingest-routes.ts';
import { type ServedRoute, served } from '../../lib/api/route.ts';
import type { Contract } from '../../lib/contracts/contract.ts';

/** Of a body as it comes. Lambda takes 6 MB of a request, whose body is escaped or base64 by then. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

interface IngestDeps extends Pick<IngestPorts, 'ingesters'> {
  readonly contracts: readonly Contract[];
  /** Gets why events were not acknowledged, and what failed otherwise. */
  readonly report: (error: unknown) => void;
}

/** Takes events for every stream that takes any; other requests never reach the function. */
export function createHandler(deps: IngestDeps) {
  return handle(createApi({ routes: takingRoutes(deps), report: deps.report }));
}

/** What the function serves. */
export function takingRoutes({ contracts, ingesters, report }: IngestDeps): readonly ServedRoute[] {
  return served(ingestRoutes(contracts), { ingesters, limits: { maxBodyBytes: MAX_BODY_BYTES }, report });
}
