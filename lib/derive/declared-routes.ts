import type { Measure, MetricDefinition, MetricField } from './metric-definitions.ts';

/** A custom `GET` route of a project: figures of its metrics in a shape that `/metrics/{name}` does not offer. */
export interface DeclaredRoute {
  /** `/purchases/latest` */
  readonly path: string;
  /** One line without a full stop. */
  readonly summary: string;
  readonly view: MetricView;
  /** A query parameter that selects another view: `?mode=winning`. */
  readonly choice?: RouteChoice;
}

export interface RouteChoice {
  readonly parameter: string;
  readonly description: string;
  /** By the parameter's value. */
  readonly views: Readonly<Record<string, MetricView>>;
}

/** A metric, and the shape of its answer. */
export type MetricView =
  /** `{"count": 2, "data": {"u1": 3, "u2": 1}}`: the only figure of each value of the only field. */
  | { readonly shape: 'byKey'; readonly metric: string }
  /** `{"h1": {"Amoma": 90}}`: the only figure by two fields. Null groups and figures are omitted. */
  | { readonly shape: 'nested'; readonly metric: string }
  /** `{"count": 3, "data": [{"window_start": …, "country": "Italy", "amount": 70}, …]}`: windows, ascending. */
  | WindowsView<'windows'>
  /** The same, with only the newest window of each group, ordered by a figure. */
  | (WindowsView<'latest'> & { readonly descending: string })
  /** `{"count": 4}`: the number of events. */
  | { readonly shape: 'total'; readonly metric: string };

interface WindowsView<Shape extends string> {
  readonly shape: Shape;
  readonly metric: string;
  /** The names of the metric's figures in the response: `{ amount: 'sum_amount' }`. */
  readonly figures: Readonly<Record<string, string>>;
}

/** Routes of the engine itself, including their subpaths. */
const RESERVED = [
  'api',
  'control',
  'dashboard',
  'dead-letters',
  'docs',
  'events',
  'health',
  'lake',
  'metrics',
  'models',
  'openapi.json',
  'overview',
  'query',
  'settings',
  'status',
  'streams',
  'tables',
];

/** The columns of every view with windows, and the parameters of paging. */
const WINDOW_COLUMNS = ['window_start', 'window_end', 'closed'];
const PAGE_PARAMETERS = ['limit', 'next', 'from', 'to'];

/**
 * The first error in the routes and what to do, in one line; undefined if they are valid.
 * @param definitions every metric of the project
 */
export function routeFault(
  routes: readonly DeclaredRoute[],
  definitions: readonly MetricDefinition[],
): string | undefined {
  for (const [index, { path, view, choice }] of routes.entries()) {
    const fault =
      pathFault(path, routes.slice(0, index)) ?? choiceFault(choice) ?? viewsFault(view, choice, definitions);
    if (fault !== undefined) return `route ${path}: ${fault}`;
  }
  return undefined;
}

function pathFault(path: string, before: readonly DeclaredRoute[]): string | undefined {
  if (!/^(\/[a-z0-9][a-z0-9_.-]*)+$/.test(path)) {
    return 'expected a path of lower-case letters, digits, _, . and - such as /purchases/latest; correct it';
  }
  const [, first = ''] = path.split('/');
  if (RESERVED.includes(first)) return `expected another beginning: /${first} is the API’s own; rename it`;
  return before.some((other) => other.path === path) ? 'expected once, found twice; remove one' : undefined;
}

function choiceFault(choice: RouteChoice | undefined): string | undefined {
  if (choice === undefined) return undefined;
  if (PAGE_PARAMETERS.includes(choice.parameter))
    return `expected another parameter than ${choice.parameter}; rename it`;
  return Object.keys(choice.views).length === 0
    ? 'expected a view to choose, found none; remove the choice'
    : undefined;
}

function viewsFault(
  view: MetricView,
  choice: RouteChoice | undefined,
  definitions: readonly MetricDefinition[],
): string | undefined {
  let expected: string | undefined;
  for (const one of [view, ...Object.values(choice?.views ?? {})]) {
    const definition = definitions.find(({ name }) => name === one.metric);
    if (definition === undefined) {
      const known = definitions.map(({ name }) => name).join(', ') || 'none is declared';
      return `expected a metric (${known}), found ${one.metric}; correct it`;
    }
    const fault = viewFault(one, definition);
    if (fault !== undefined) return `${one.shape} of ${one.metric}: ${fault}`;
    if (choice !== undefined && filtersOf(one, definition).includes(choice.parameter)) {
      return `expected another parameter than ${choice.parameter}, which is a field of ${one.metric}; rename it`;
    }
    // Otherwise a view would ignore a parameter that another view of the route accepts.
    const parameters = parametersOf(one, definition).join(', ');
    expected ??= parameters;
    if (parameters !== expected) {
      return `expected views that take the same parameters (${expected}), found one that takes ${parameters || 'none'}; make two routes`;
    }
  }
  return undefined;
}

function parametersOf(view: MetricView, definition: MetricDefinition): readonly string[] {
  switch (view.shape) {
    case 'byKey':
    case 'nested':
      return ['limit', 'next'];
    case 'windows':
      return [...filtersOf(view, definition), ...PAGE_PARAMETERS];
    case 'latest':
    case 'total':
      return [];
    default:
      return view satisfies never;
  }
}

/** The fields that a request may filter groups by. */
const filtersOf = ({ shape }: MetricView, { by }: MetricDefinition) =>
  shape === 'windows' ? by.map(({ path }) => path) : [];

function viewFault(view: MetricView, definition: MetricDefinition): string | undefined {
  switch (view.shape) {
    case 'byKey':
      return (
        keysFault(definition, 1) ?? (hasNullKeys(definition.by) ? 'expected a field that is never null' : undefined)
      );
    case 'nested':
      return keysFault(definition, 2);
    case 'windows':
      return windowsFault(view, definition);
    case 'latest':
      return (
        windowsFault(view, definition) ??
        (Object.hasOwn(view.figures, view.descending)
          ? undefined
          : `expected the order of one of ${Object.keys(view.figures).join(', ')}, found ${view.descending}; correct it`)
      );
    case 'total':
      return keysFault(definition, 0) ?? (isCount(definition.measures[0]) ? undefined : 'expected a count');
    default:
      return view satisfies never;
  }
}

const isCount = (measure: Measure | undefined) => measure?.op === 'count';

const hasNullKeys = (by: readonly MetricField[]) => by.some(({ isNullable }) => isNullable);

function keysFault({ by, measures, windowSeconds }: MetricDefinition, fields: number): string | undefined {
  if (windowSeconds !== null) return 'expected a metric of all time, found one of windows; choose the shape windows';
  if (by.length !== fields) return `expected a metric by ${fields} fields, found one by ${by.length}; choose another`;
  return measures.length === 1 ? undefined : `expected one figure, found ${measures.length}; choose another metric`;
}

function windowsFault(
  { figures }: WindowsView<'windows' | 'latest'>,
  { by, measures, windowSeconds }: MetricDefinition,
): string | undefined {
  if (windowSeconds === null) return 'expected a metric of windows, found one of all time; choose another shape';
  const known = measures.map(({ name }) => name);
  const unknown = Object.values(figures).find((name) => !known.includes(name));
  if (unknown !== undefined) return `expected a figure (${known.join(', ')}), found ${unknown}; correct it`;
  const names = [...WINDOW_COLUMNS, ...by.map(({ path }) => path), ...Object.keys(figures)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `expected a name of its own for each value, found ${twice} twice; rename the figure`;
  const taken = by.map(({ path }) => path).find((path) => PAGE_PARAMETERS.includes(path));
  return taken === undefined ? undefined : `expected no field called ${taken}, which is a parameter; use /metrics`;
}
