import type { AskedMetric } from '../pipeline/meter/read-metric.ts';
import { metricState } from '../pipeline/meter/read-metric.ts';
import { MetricStoreUnavailableError } from '../pipeline/metric-store.ts';
import { digest } from './metric-questions.ts';
import type { ReadPorts } from './read-routes.ts';
import type { ApiRoute } from './route.ts';
import { healthSchema, statusSchema } from './status-schemas.ts';
import type { StreamStatus } from './stream-status.ts';

/** A current problem. */
export interface Trouble {
  /** `trying` resolves without intervention; `stopped` requires a person to act. */
  readonly state: 'trying' | 'stopped';
  /** `topic orders: delivering kafka partition 0, offsets 5 to 20` */
  readonly what: string;
  readonly message: string;
}

/** `/status` and `/health`. */
export function statusRoutes(metrics: readonly AskedMetric[]): readonly ApiRoute<ReadPorts>[] {
  return [statusRoute, healthRoute(metrics)];
}

const statusRoute: ApiRoute<ReadPorts> = {
  method: 'GET',
  path: '/status',
  operationId: 'getStatus',
  tag: 'pipeline',
  summary: 'Get the status of each stream',
  parameters: [],
  responses: {
    200: { description: 'The streams in the order of the project.', content: { 'application/json': statusSchema } },
  },
  errors: [],
  isRevised: true,
  async handle(_, { status }) {
    const streams = (await status()).map(streamAnswer);
    return { revision: digest(streams), answer: async () => ({ body: { streams } }) };
  },
};

export function streamAnswer({ stream, topic, eventsIn, rows, deadLetters, lag, newestMs }: StreamStatus) {
  const newest = newestMs === null ? null : new Date(newestMs).toISOString();
  return { stream, topic, events_in: eventsIn, rows, dead_letters: deadLetters, lag, newest };
}

function healthRoute(metrics: readonly AskedMetric[]): ApiRoute<ReadPorts> {
  return {
    method: 'GET',
    path: '/health',
    operationId: 'getHealth',
    tag: 'pipeline',
    summary: 'Get the health of the pipeline, and the metrics with gaps',
    parameters: [],
    responses: {
      200: {
        description: 'Healthy, or recovering without intervention.',
        content: { 'application/json': healthSchema },
      },
      503: { description: 'Something is failing.', content: { 'application/json': healthSchema } },
    },
    errors: [],
    async handle(_, ports) {
      const body = await health(ports, metrics);
      return { status: body.status === 'failing' ? 503 : 200, body };
    },
  };
}

/** Whether the pipeline is healthy. */
export async function health(ports: ReadPorts, metrics: readonly AskedMetric[]) {
  const gaps = await metricGaps(ports, metrics);
  const troubles = [...ports.troubles(), ...gaps.troubles];
  const status = troubles.length > 0 ? 'failing' : gaps.metrics.length > 0 ? 'filling' : 'ok';
  return { status, gaps: gaps.metrics, troubles };
}

/** The incomplete metrics: earlier events still have to be counted from the lake. */
async function metricGaps({ store }: ReadPorts, metrics: readonly AskedMetric[]) {
  try {
    const states = await Promise.all(metrics.map((metric) => metricState(store, metric)));
    const incomplete = metrics.filter((_, index) => states[index]?.isComplete === false);
    return { metrics: incomplete.map(({ definition }) => definition.name), troubles: [] };
  } catch (error) {
    if (!(error instanceof MetricStoreUnavailableError)) throw error;
    const trouble: Trouble = { state: 'trying', what: 'the store of live metrics', message: error.message };
    return { metrics: [], troubles: [trouble] };
  }
}
