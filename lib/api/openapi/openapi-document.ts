import { type ErrorCode, errorMeaning, errorSchema, errorStatus } from '../api-error.ts';
import type { ApiRoute } from '../route.ts';
import { eventsBody } from './events-body.ts';
import { type NamedSchemas, namedSchemas } from './named-schemas.ts';
import type { ExampleEvents, OpenApiDocument, Operation, OperationResponse } from './openapi-types.ts';

/** A route without what it does. */
type RouteDescription = Omit<ApiRoute<never>, 'handle'>;

export interface DescribedApi {
  readonly routes: readonly RouteDescription[];
  /** Of Weir. */
  readonly version: string;
  readonly examples: ExampleEvents;
}

const DESCRIPTION =
  'Send events to streams, and read the live figures that are counted from them. Times are UTC. Whole numbers that a double ' +
  'does not hold are text. Every error has the same shape, `{"error": {"code", "message"}}`, and its code is one of a closed list.';

/** The description of an API: everything in it follows from its routes, and so from contracts and metrics. */
export function openApiDocument({ routes, version, examples }: DescribedApi): OpenApiDocument {
  const listed = routes.filter(({ isUnlisted }) => isUnlisted !== true);
  const schemas = namedSchemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of listed) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, examples, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Weir', version, description: DESCRIPTION },
    servers: [{ url: '/' }, { url: '/api' }],
    tags: [...new Set(listed.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: schemas.all() },
  };
}

function operation(route: RouteDescription, examples: ExampleEvents, schemas: NamedSchemas): Operation {
  const { operationId, tag, summary, description, parameters, takes } = route;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    parameters: parameters.map(({ name, description, schema }) => ({ name, in: 'query', description, schema })),
    ...(takes !== undefined && { requestBody: eventsBody(takes, examples(takes.name), schemas) }),
    responses: { ...successes(route, schemas), ...errors(route, schemas) },
  };
}

function successes({ responses }: RouteDescription, schemas: NamedSchemas): Operation['responses'] {
  const entries = Object.entries(responses).map(([status, { description, content }]) => {
    const types = Object.entries(content).map(([type, schema]) => [type, { schema: schemas.use(schema) }] as const);
    return [status, { description, content: Object.fromEntries(types) }] as const;
  });
  return Object.fromEntries(entries);
}

/** What any route may answer. */
const COMMON_ERRORS: readonly ErrorCode[] = [
  'invalid_parameter',
  'unauthorized',
  'forbidden',
  'misdirected',
  'internal',
];

function errors(route: RouteDescription, schemas: NamedSchemas): Operation['responses'] {
  const codes = [...new Set([...COMMON_ERRORS, ...route.errors])];
  const schema = schemas.use(route.errorSchema ?? errorSchema);
  const statuses = [...new Set(codes.map((code) => errorStatus[code]))].sort((left, right) => left - right);
  const entries = statuses.map((status) => {
    const ofStatus = codes.filter((code) => errorStatus[code] === status);
    const description = ofStatus.map((code) => `\`${code}\`: ${errorMeaning[code]}`).join(' ');
    const headers = errorHeaders[status];
    return [status, { description, ...(headers && { headers }), content: { 'application/json': { schema } } }] as const;
  });
  return Object.fromEntries(entries);
}

const retryAfter = {
  'retry-after': {
    description: 'Seconds after which the same may succeed.',
    schema: { type: 'integer', minimum: 1 },
  },
};

const errorHeaders: Readonly<Record<number, OperationResponse['headers']>> = {
  [errorStatus.too_many_requests]: retryAfter,
  [errorStatus.unavailable]: retryAfter,
};
