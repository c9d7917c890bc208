import type { DeclaredRoute, RouteChoice } from '../derive/declared-routes.ts';
import type { AskedMetric } from '../pipeline/meter/read-metric.ts';
import { revisedBy } from './metric-questions.ts';
import { type ServedView, servedView } from './metric-views.ts';
import { choiceParameter } from './parameters.ts';
import type { ReadPorts } from './read-routes.ts';
import type { ApiRoute, Parameter } from './route.ts';

/** The routes that a project declares. Each view receives those of the route's parameters that belong to it. */
export function declaredRoutes(
  routes: readonly DeclaredRoute[],
  metrics: readonly AskedMetric[],
): readonly ApiRoute<ReadPorts>[] {
  return routes.map((route) => declaredRoute(route, metrics));
}

function declaredRoute({ path, summary, view, choice }: DeclaredRoute, metrics: readonly AskedMetric[]) {
  const own = servedView(view, metrics);
  const others = choice && chosenViews(choice, metrics);
  const views = [own, ...(others?.views.values() ?? [])];
  const [first = own.schema, ...further] = [
    ...new Map(views.map(({ schema }) => [JSON.stringify(schema), schema])).values(),
  ];
  const route: ApiRoute<ReadPorts> = {
    method: 'GET',
    path,
    operationId: `get${path.replaceAll(/[^a-z0-9]+([a-z0-9])?/g, (_, letter = '') => letter.toUpperCase())}`,
    tag: 'figures',
    summary,
    parameters: [...(others ? [others.parameter] : []), ...distinct(views.flatMap(({ parameters }) => parameters))],
    responses: {
      200: {
        description: views.map(({ metric }) => metric.definition.description).join(' Or: '),
        content: { 'application/json': further.length === 0 ? first : { anyOf: [first, ...further] } },
      },
    },
    errors: ['invalid_parameter', 'unavailable'],
    isRevised: true,
    handle(request, ports) {
      const chosen = others?.views.get(request.value(others.parameter) ?? '') ?? own;
      return revisedBy(ports, chosen.metric, () => chosen.answer(request, ports));
    },
  };
  return route;
}

function chosenViews({ parameter, description, views }: RouteChoice, metrics: readonly AskedMetric[]) {
  return {
    parameter: choiceParameter(parameter, description, Object.keys(views)),
    views: new Map<string, ServedView>(Object.entries(views).map(([name, view]) => [name, servedView(view, metrics)])),
  };
}

const distinct = (parameters: readonly Parameter<unknown>[]) => [
  ...new Map(parameters.map((parameter) => [parameter.name, parameter])).values(),
];
