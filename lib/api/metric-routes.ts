import { type AskedMetric, type MetricState, metricState } from '../pipeline/meter/read-metric.ts';
import { ApiError } from './api-error.ts';
import {
  answerQuestion,
  digest,
  fromParameter,
  groupParameters,
  linkTo,
  questionOf,
  revisedBy,
  toParameter,
} from './metric-questions.ts';
import { metricAnswerSchema, metricListSchema } from './metric-schemas.ts';
import { limitParameter, nextParameter } from './parameters.ts';
import type { ReadPorts } from './read-routes.ts';
import type { ApiRoute } from './route.ts';

/** `/metrics`, and a route for each metric. */
export function metricRoutes(metrics: readonly AskedMetric[]): readonly ApiRoute<ReadPorts>[] {
  return [listRoute(metrics), ...metrics.map(metricRoute), unknownMetricRoute(metrics)];
}

const limit = limitParameter(100);

function metricRoute(metric: AskedMetric): ApiRoute<ReadPorts> {
  const { name, description, windowSeconds } = metric.definition;
  // The prefix allows a field to have the same name as a parameter.
  const groups = groupParameters(metric.definition, 'group.');
  return {
    method: 'GET',
    path: `/metrics/${name}`,
    operationId: `getMetric_${name}`,
    tag: 'metrics',
    summary: description.replace(/\.$/, ''),
    parameters: [
      ...Object.values(groups),
      ...(windowSeconds === null ? [] : [fromParameter, toParameter]),
      limit,
      nextParameter,
    ],
    responses: {
      200: {
        description: 'A page of the metric, ordered by window and group.',
        content: { 'application/json': metricAnswerSchema(metric.definition) },
      },
    },
    errors: ['invalid_parameter', 'unavailable'],
    isRevised: true,
    handle(request, ports) {
      return revisedBy(ports, metric, async () => {
        const answer = await answerQuestion(ports, metric, questionOf(request, { limit, groups }));
        return { body: answer, headers: linkTo(request, answer.next) };
      });
    },
  };
}

function listRoute(metrics: readonly AskedMetric[]): ApiRoute<ReadPorts> {
  return {
    method: 'GET',
    path: '/metrics',
    operationId: 'listMetrics',
    tag: 'metrics',
    summary: 'List the metrics, their definitions and their progress',
    parameters: [],
    responses: {
      200: {
        description: 'The metrics, in the order of their streams.',
        content: { 'application/json': metricListSchema },
      },
    },
    errors: ['unavailable'],
    isRevised: true,
    async handle(_, { store }) {
      const states = await Promise.all(metrics.map((metric) => metricState(store, metric)));
      const data = metrics.map((metric, index) => metricFacts(metric, states[index]));
      return { revision: digest(data), answer: async () => ({ body: { count: data.length, data } }) };
    },
  };
}

/** What a metric means, and up to what point it has counted. */
export function metricFacts({ definition }: AskedMetric, state: MetricState | undefined) {
  const { name, description, unit, stream, by, measures, windowSeconds } = definition;
  return {
    name,
    description,
    unit,
    stream,
    by: by.map(({ path }) => path),
    figures: measures.map(({ name, op, field, unit }) => ({ name, op, field: field?.path ?? null, unit })),
    window_seconds: windowSeconds,
    as_of: state?.asOf ?? null,
    complete: state?.isComplete ?? false,
    expired: state?.expired ?? 0,
    href: `/metrics/${name}`,
  };
}

function unknownMetricRoute(metrics: readonly AskedMetric[]): ApiRoute<ReadPorts> {
  return {
    method: 'GET',
    path: '/metrics/{name}',
    isUnlisted: true,
    operationId: 'getMetric',
    tag: 'metrics',
    summary: 'List the metrics',
    parameters: [],
    responses: {},
    errors: ['not_found'],
    async handle(request) {
      const known = metrics.map(({ definition }) => definition.name).join(', ') || 'none: no stream declares any';
      throw new ApiError('not_found', `expected a metric (${known}), found "${request.variable('name')}"`);
    },
  };
}
