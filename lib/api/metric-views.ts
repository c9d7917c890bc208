import type { MetricView } from '../derive/declared-routes.ts';
import type { JsonSchema } from '../derive/json-schema.ts';
import type { GroupValue } from '../pipeline/meter/entry-name.ts';
import { compareNames } from '../pipeline/meter/merged-entries.ts';
import { latestWindows } from '../pipeline/meter/metric-answer.ts';
import type { AskedMetric, MetricRow } from '../pipeline/meter/read-metric.ts';
import { answerQuestion, fromParameter, groupParameters, linkTo, questionOf, toParameter } from './metric-questions.ts';
import { byKeySchema, byTwoKeysSchema, totalSchema, windowRowsSchema } from './metric-schemas.ts';
import { limitParameter, nextParameter } from './parameters.ts';
import type { ReadPorts } from './read-routes.ts';
import type { ApiAnswer, ApiRequest, Parameter } from './route.ts';

/** A metric in the shape of a declared route. */
export interface ServedView {
  readonly metric: AskedMetric;
  readonly parameters: readonly Parameter<unknown>[];
  readonly schema: JsonSchema;
  answer(request: ApiRequest, ports: ReadPorts): Promise<ApiAnswer>;
}

type Figures = Extract<MetricView, { readonly figures: unknown }>['figures'];

const limit = limitParameter(1000);

export function servedView(view: MetricView, metrics: readonly AskedMetric[]): ServedView {
  const metric = metrics.find(({ definition }) => definition.name === view.metric);
  if (metric === undefined) throw new Error(`expected a declared metric, found ${view.metric}`);
  switch (view.shape) {
    case 'byKey':
      return byKey(metric);
    case 'nested':
      return nested(metric);
    case 'windows':
      return windows(metric, view.figures);
    case 'latest':
      return latest(metric, view.figures, view.descending);
    case 'total':
      return total(metric);
    default:
      return view satisfies never;
  }
}

function byKey(metric: AskedMetric): ServedView {
  return {
    metric,
    parameters: [limit, nextParameter],
    schema: byKeySchema(metric.definition),
    async answer(request, ports) {
      const { count, data, next } = await answerQuestion(ports, metric, questionOf(request, { limit }));
      const figures = Object.fromEntries(data.map((row) => [keysOf(row)[0], figureOf(row)]));
      return { body: { count, data: figures, ...(next !== null && { next }) }, headers: linkTo(request, next) };
    },
  };
}

function nested(metric: AskedMetric): ServedView {
  return {
    metric,
    parameters: [limit, nextParameter],
    schema: byTwoKeysSchema(metric.definition),
    async answer(request, ports) {
      const { data, next } = await answerQuestion(ports, metric, questionOf(request, { limit }));
      const byOuter = new Map<string, (readonly [string, unknown])[]>();
      for (const row of data) {
        const [outer, inner] = keysOf(row);
        const figure = figureOf(row);
        if (outer == null || inner == null || figure === null) continue;
        const entries = byOuter.get(String(outer));
        if (entries === undefined) byOuter.set(String(outer), [[String(inner), figure]]);
        else entries.push([String(inner), figure]);
      }
      const body = Object.fromEntries([...byOuter].map(([outer, entries]) => [outer, Object.fromEntries(entries)]));
      return { body, headers: linkTo(request, next) };
    },
  };
}

function windows(metric: AskedMetric, figures: Figures): ServedView {
  const groups = groupParameters(metric.definition);
  return {
    metric,
    parameters: [...Object.values(groups), fromParameter, toParameter, limit, nextParameter],
    schema: windowRowsSchema(metric.definition, figures, 'paged'),
    async answer(request, ports) {
      const { count, data, next } = await answerQuestion(ports, metric, questionOf(request, { limit, groups }));
      const rows = data.map((row) => windowRow(row, figures));
      return { body: { count, data: rows, ...(next !== null && { next }) }, headers: linkTo(request, next) };
    },
  };
}

function latest(metric: AskedMetric, figures: Figures, descending: string): ServedView {
  const figure = figures[descending] ?? '';
  const order = (left: MetricRow, right: MetricRow) =>
    size(right.values[figure]) - size(left.values[figure]) || compareNames(groupText(left), groupText(right));
  return {
    metric,
    parameters: [],
    schema: windowRowsSchema(metric.definition, figures, 'whole'),
    async answer(_, { store }) {
      const rows = [...(await latestWindows(store, metric))].sort(order);
      return { body: { count: rows.length, data: rows.map((row) => windowRow(row, figures)) } };
    },
  };
}

function total(metric: AskedMetric): ServedView {
  return {
    metric,
    parameters: [],
    schema: totalSchema,
    async answer(_, ports) {
      const { data } = await answerQuestion(ports, metric, { limit: 1 });
      return { body: { count: data[0]?.values.count ?? 0 } };
    },
  };
}

function windowRow({ group, values, window }: MetricRow, figures: Figures) {
  const named = Object.entries(figures).map(([name, figure]) => [name, values[figure] ?? null]);
  return {
    window_start: window?.start,
    window_end: window?.end,
    closed: window?.closed,
    ...group,
    ...Object.fromEntries(named),
  };
}

const groupText = ({ group }: MetricRow) => JSON.stringify(Object.values(group));

const keysOf = ({ group }: MetricRow): readonly (GroupValue | undefined)[] => Object.values(group);

const figureOf = ({ values }: MetricRow) => Object.values(values)[0] ?? null;

/** As a double: decimals, and integers that exceed a double's precision, arrive as text. */
const size = (figure: string | number | null | undefined) =>
  figure == null ? Number.NEGATIVE_INFINITY : Number(figure);
