import { createHash } from 'node:crypto';
import type { MetricDefinition } from '../derive/metric-definitions.ts';
import { answerMetric, type MetricAnswer, type MetricQuestion } from '../pipeline/meter/metric-answer.ts';
import { type AskedMetric, metricRevision } from '../pipeline/meter/read-metric.ts';
import { ApiError } from './api-error.ts';
import { nextParameter, textParameter, timeParameter } from './parameters.ts';
import type { ReadPorts } from './read-routes.ts';
import type { ApiAnswer, ApiRequest, Parameter, RevisedAnswer } from './route.ts';

export const fromParameter = timeParameter('from', 'Only windows that start at this moment or later.');
export const toParameter = timeParameter('to', 'Only windows that start before this moment.');

/** Parameters that select groups, by field path. */
export type GroupParameters = Readonly<Record<string, Parameter<string | undefined>>>;

/** One parameter for each field that the metric is grouped by: `<prefix><path>`. */
export function groupParameters({ by }: MetricDefinition, prefix = ''): GroupParameters {
  const parameters = by.map(({ path }) => {
    return [path, textParameter(`${prefix}${path}`, `Only groups whose \`${path}\` is this.`)] as const;
  });
  return Object.fromEntries(parameters);
}

/** The query that a request makes of a metric, from whichever of these parameters its route accepts. */
export function questionOf(
  request: ApiRequest,
  { limit, groups = {} }: { limit: Parameter<number>; groups?: GroupParameters },
): MetricQuestion {
  const next = request.value(nextParameter);
  const [fromSeconds, toSeconds] = [request.value(fromParameter), request.value(toParameter)];
  const where = Object.entries(groups).flatMap(([path, parameter]) => {
    const value = request.value(parameter);
    return value === undefined ? [] : [[path, value] as const];
  });
  return {
    limit: request.value(limit),
    where: Object.fromEntries(where),
    ...(next !== undefined && { next }),
    ...(fromSeconds !== undefined && { fromSeconds }),
    ...(toSeconds !== undefined && { toSeconds }),
  };
}

/** @throws ApiError if the query cannot be answered */
export async function answerQuestion(
  { store }: ReadPorts,
  metric: AskedMetric,
  question: MetricQuestion,
): Promise<MetricAnswer> {
  const answer = await answerMetric(store, metric, question);
  if (!('invalid' in answer)) return answer;
  const parameter = { next: 'next', where: 'group', window: 'from' }[answer.invalid];
  throw new ApiError('invalid_parameter', answer.detail, { parameter });
}

/** Digests of what the metrics mean. */
const declarations = new WeakMap<AskedMetric, string>();

/** An answer computed from one metric. Its revision covers both the figures and the metric's declaration. */
export async function revisedBy(
  { store }: ReadPorts,
  metric: AskedMetric,
  answer: () => Promise<ApiAnswer>,
): Promise<RevisedAnswer> {
  const declared = declarations.get(metric) ?? digest(metric);
  declarations.set(metric, declared);
  return { revision: `${await metricRevision(store, metric)}-${declared.slice(0, 8)}`, answer };
}

/** A short digest that differs for different values. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** The `Link` header for the next page, for clients that follow it and for answers without a `next` field. */
export function linkTo({ raw }: ApiRequest, next: string | null): Readonly<Record<string, string>> {
  if (next === null) return {};
  const query = new URL(raw.url).searchParams;
  query.set('next', next);
  return { link: `<?${query}>; rel="next"` };
}
