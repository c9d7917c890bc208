import { type MetricOverview, metricOverview } from '../pipeline/meter/metric-overview.ts';
import { type AskedMetric, metricState } from '../pipeline/meter/read-metric.ts';
import { MetricStoreUnavailableError } from '../pipeline/metric-store.ts';
import { digest } from './metric-questions.ts';
import { metricFacts } from './metric-routes.ts';
import { listOf, metricOverviewSchema, objectSchema } from './metric-schemas.ts';
import type { ReadPorts } from './read-routes.ts';
import type { ApiRoute } from './route.ts';
import { health, streamAnswer } from './status-routes.ts';
import { healthSchema, streamsSchema } from './status-schemas.ts';

/** Overviews that took longer are reused for `REUSED_FOR` times as long, so screens cost at most a tenth of a core. */
const QUICK_MS = 250;
const REUSED_FOR = 10;

interface MadeOverview {
  readonly revision: string;
  readonly facts: ReturnType<typeof metricFacts>;
  readonly overview: MetricOverview;
  readonly freshUntilMs: number;
}

/**
 * `/overview`: everything that a screen shows about a pipeline, in one answer of bounded size.
 * @param now monotonic, in milliseconds
 */
export function overviewRoute(
  metrics: readonly AskedMetric[],
  now: () => number = () => performance.now(),
): ApiRoute<ReadPorts> {
  const made = new Map<string, MadeOverview>();
  const making = new Map<string, Promise<MadeOverview>>();

  async function make(metric: AskedMetric, { store }: ReadPorts): Promise<MadeOverview> {
    const { id } = metric.definition;
    const state = await metricState(store, metric);
    const before = made.get(id);
    const beganMs = now();
    if (before !== undefined && (before.revision === state.revision || beganMs < before.freshUntilMs)) return before;
    const overview = await metricOverview(store, metric, state);
    const tookMs = now() - beganMs;
    const freshUntilMs = beganMs + (tookMs > QUICK_MS ? REUSED_FOR * tookMs : 0);
    const fresh = { revision: state.revision, facts: metricFacts(metric, state), overview, freshUntilMs };
    made.set(id, fresh);
    return fresh;
  }

  /** Concurrent requests share one read. */
  function overviewOf(metric: AskedMetric, ports: ReadPorts): Promise<MadeOverview> {
    const { id } = metric.definition;
    const running = making.get(id) ?? make(metric, ports).finally(() => making.delete(id));
    making.set(id, running);
    return running;
  }

  return {
    method: 'GET',
    path: '/overview',
    operationId: 'getOverview',
    tag: 'pipeline',
    summary: 'Streams, health and the first groups of every metric in one response',
    parameters: [],
    responses: {
      200: { description: 'The current state of the pipeline.', content: { 'application/json': overviewSchema } },
    },
    errors: [],
    isRevised: true,
    async handle(_, ports) {
      const overviews = await answeredOrNull(inTurn(metrics, (metric) => overviewOf(metric, ports)));
      const body = {
        health: await health(ports, metrics),
        streams: (await ports.status()).map(streamAnswer),
        metrics: overviews?.map(({ facts, overview }) => ({ ...facts, ...overview })) ?? null,
      };
      return { revision: digest(body), answer: async () => ({ body }) };
    },
  };
}

/** Runs sequentially, so that each one's duration is its own. */
async function inTurn<T, R>(all: readonly T[], each: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const one of all) results.push(await each(one));
  return results;
}

/** Streams are still shown while the store of live metrics is unavailable. */
async function answeredOrNull<T>(overviews: Promise<T>): Promise<T | null> {
  try {
    return await overviews;
  } catch (error) {
    if (error instanceof MetricStoreUnavailableError) return null;
    throw error;
  }
}

const overviewSchema = objectSchema({
  health: healthSchema,
  streams: streamsSchema,
  metrics: {
    anyOf: [{ type: 'null' }, listOf(metricOverviewSchema)],
    description: 'In the order of their streams; null while their store is unavailable.',
  },
});
