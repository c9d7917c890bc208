import { handle } from 'hono/aws-lambda';
import { createApi } from '../../lib/api/create-api.ts';
import { type IngestPorts, ingestRoutes } from '../../lib/api/ingest/ingest-routes.ts';
import { type ServedRoute, served } from '../../lib/api/route.ts';
import type { Contract } from '../../lib/contracts/contract.ts';

/** The limit for a raw body. Lambda's 6 MB limit counts the request with its body escaped or base64-encoded. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

interface IngestDeps extends Pick<IngestPorts, 'ingesters'> {
  readonly contracts: readonly Contract[];
  /** Called with the reason why events were not acknowledged, and with other failures. */
  readonly report: (error: unknown) => void;
}

/** Accepts events for every stream that accepts events; other requests never reach the function. */
export function createHandler(deps: IngestDeps) {
  return handle(createApi({ routes: takingRoutes(deps), report: deps.report }));
}

/** The routes that the function serves. */
export function takingRoutes({ contracts, ingesters, report }: IngestDeps): readonly ServedRoute[] {
  return served(ingestRoutes(contracts), { ingesters, limits: { maxBodyBytes: MAX_BODY_BYTES }, report });
}
