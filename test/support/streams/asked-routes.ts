import { createApi } from '../../../lib/api/create-api.ts';
import { readRoutes } from '../../../lib/api/read-routes.ts';
import { served } from '../../../lib/api/route.ts';
import { askedMetrics, countedStore } from '../counted-metrics.ts';
import { memoryMetricStore } from '../memory-metric-store.ts';
import type { MeteredRecord } from '../metered.ts';
import { contracts, refinements, shipped } from '../shipped.ts';
import { refinedTexts } from '../streams-of.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 13);

function contractOf(stream: string) {
  const found = contracts.find(({ name }) => name === stream);
  if (found === undefined) throw new Error(`no stream ${stream}`);
  return found;
}

/**
 * Queries the shipped routes over a store in which these events are counted; a source's events are counted in its
 * refined streams.
 */
export async function askingRoutes(stream: string, events: readonly object[], store = memoryMetricStore()) {
  const from = contractOf(stream);
  const values = events.map((event) => Buffer.from(JSON.stringify(event)));
  await countedStore(from, [values.map((value) => ({ value: value.toString(), timestampMs: NOW_MS }))], { store });
  for (const refinement of refinements.filter((one) => one.from.name === stream)) {
    const { to } = refinement;
    const records = values.flatMap((value, offset): MeteredRecord[] =>
      refinedTexts(refinement, value.toString(), NOW_MS).map((text, ordinal) => ({
        value: text,
        timestampMs: NOW_MS,
        source: { incarnation: 0, offset, ordinal, timestampMs: NOW_MS },
      })),
    );
    await countedStore(to, [records], { store });
  }
  const routes = readRoutes({ metrics: contracts.flatMap(askedMetrics), routes: shipped.routes });
  const app = createApi({
    routes: served(routes, { store, status: async () => [], troubles: () => [] }),
    report: (error) => {
      throw error;
    },
  });
  return async (path: string) => {
    const response = await app.request(path);
    return { status: response.status, link: response.headers.get('link'), body: JSON.parse(await response.text()) };
  };
}
