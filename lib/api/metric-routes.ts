import { createHash } from 'node:crypto';
import { answerMetric, type MetricQuestion } from '../pipeline/meter/metric-answer.ts';
import { type AskedMetric, metricState } from '../pipeline/meter/read-metric.ts';
import { ApiError } from './api-error.ts';
import { metricAnswerSchema, metricListSchema } from './metric-schemas.ts';
import { limitParameter, nextParameter, textParameter, timeParameter } from './parameters.ts';
import type { ReadPorts } from './read-routes.ts';
import type { ApiRequest, ApiRoute, RevisedAnswer } from './route.ts';

/** `/metrics`, and a route for each metric. */
export function metricRoutes(metrics: readonly AskedMetric[]): readonly ApiRoute<ReadPorts>[] {
  return [listRoute(metrics), ...metrics.map(metricRoute), unknownMetricRoute(metrics)];
}

const limit = limitParameter(100);
const from = timeParameter('from', 'Only windows that start at this moment or later.');
const to = timeParameter('to', 'Only windows that start before this moment.');

function metricRoute(metric: AskedMetric): ApiRoute<ReadPorts> {
  const { name, description, by, windowSeconds } = metric.definition;
  const groups = by.map(({ path }) => ({
    path,
    parameter: textParameter(`group.${path}`, `Only groups whose \`${path}\` is this.`),
  }));
  return {
    method: 'GET',
    path: `/metrics/${name}`,
    operationId: `getMetric_${name}`,
    tag: 'metrics',
    summary: description.replace(/\.$/, ''),
    parameters: [
      limit,
      nextParameter,
      ...groups.map(({ parameter }) => parameter),
      ...(windowSeconds === null ? [] : [from, to]),
    ],
    responses: {
      200: {
        description: 'One page of the metric, ordered by window and group.',
        content: { 'application/json': metricAnswerSchema(metric.definition) },
      },
    },
    errors: ['invalid_parameter', 'unavailable'],
    handle(request, ports) {
      const where = groups.flatMap(({ path, parameter }) => {
        const value = request.value(parameter);
        return value === undefined ? [] : [[path, value] as const];
      });
      const question = { ...pageOf(request), where: Object.fromEntries(where) };
      return revised(ports, metric, async () => ({ body: await metricAnswer(ports, metric, question) }));
    },
  };
}

/** What the parameters of paging, and of windows where the route takes them, ask for. */
function pageOf(request: ApiRequest): MetricQuestion {
  const [next, fromSeconds, toSeconds] = [request.value(nextParameter), request.value(from), request.value(to)];
  return {
    limit: request.value(limit),
    ...(next !== undefined && { next }),
    ...(fromSeconds !== undefined && { fromSeconds }),
    ...(toSeconds !== undefined && { toSeconds }),
  };
}

/** @throws ApiError for a question that has no answer */
async function metricAnswer({ store }: ReadPorts, metric: AskedMetric, question: MetricQuestion) {
  const answer = await answerMetric(store, metric, question);
  if (!('invalid' in answer)) return answer;
  const parameter = { next: 'next', where: 'group', window: 'from' }[answer.invalid];
  throw new ApiError('invalid_parameter', answer.detail, { parameter });
}

/** An answer made of this metric only. Its revision is that of the figures and of what the metric is declared to be. */
async function revised(
  { store }: ReadPorts,
  metric: AskedMetric,
  answer: RevisedAnswer['answer'],
): Promise<RevisedAnswer> {
  return { revision: await revisionOf(store, metric), answer };
}

async function revisionOf(store: ReadPorts['store'], metric: AskedMetric): Promise<string> {
  const { revision } = await metricState(store, metric);
  return digest([revision, metric]);
}

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

function listRoute(metrics: readonly AskedMetric[]): ApiRoute<ReadPorts> {
  return {
    method: 'GET',
    path: '/metrics',
    operationId: 'listMetrics',
    tag: 'metrics',
    summary: 'Every declared metric, what it means, and how far it has counted',
    parameters: [],
    responses: {
      200: {
        description: 'The metrics in the order of their streams.',
        content: { 'application/json': metricListSchema },
      },
    },
    errors: ['unavailable'],
    async handle(_, { store }) {
      const states = await Promise.all(metrics.map((metric) => metricState(store, metric)));
      const data = metrics.map(({ definition }, index) => ({
        name: definition.name,
        description: definition.description,
        unit: definition.unit,
        stream: definition.stream,
        by: definition.by.map(({ path }) => path),
        figures: definition.measures.map(({ name, op, field, unit }) => ({
          name,
          op,
          field: field?.path ?? null,
          unit,
        })),
        window_seconds: definition.windowSeconds,
        as_of: states[index]?.asOf ?? null,
        complete: states[index]?.isComplete ?? false,
        expired: states[index]?.expired ?? 0,
        href: `/metrics/${definition.name}`,
      }));
      return { revision: digest(data), answer: async () => ({ body: { count: data.length, data } }) };
    },
  };
}

function unknownMetricRoute(metrics: readonly AskedMetric[]): ApiRoute<ReadPorts> {
  return {
    method: 'GET',
    path: '/metrics/{name}',
    isUnlisted: true,
    operationId: 'getMetric',
    tag: 'metrics',
    summary: 'Says which metrics there are',
    parameters: [],
    responses: {},
    errors: ['not_found'],
    async handle(request) {
      const known = metrics.map(({ definition }) => definition.name).join(', ') || 'none: no stream declares any';
      throw new ApiError('not_found', `expected a metric (${known}), found "${request.variable('name')}"`);
    },
  };
}
