import type { JsonSchema } from '../../derive/json-schema.ts';
import { type ErrorCode, errorMeaning, errorSchema, errorStatus } from '../api-error.ts';
import type { ApiRoute } from '../route.ts';
import type { ApiSecurity } from './api-security.ts';
import { eventsBody } from './events-body.ts';
import { type NamedSchemas, namedSchemas } from './named-schemas.ts';
import type { ExampleEvents, OpenApiDocument, Operation, OperationResponse, RequestBody } from './openapi-types.ts';

/** A route without its handler. */
type RouteDescription = Omit<ApiRoute<never>, 'handle'>;

export interface DescribedApi {
  readonly routes: readonly RouteDescription[];
  /** Weir's version. */
  readonly version: string;
  readonly examples: ExampleEvents;
  readonly security: ApiSecurity;
}

const DESCRIPTION =
  'Send events to streams, and read the live metrics computed from them. Times are UTC. Integers that a double cannot ' +
  'represent are strings. Every error has the form `{"error": {"code", "message"}}`, with a code from a fixed list.';

/** The description of an API, derived entirely from its routes, and so from contracts and metrics. */
export function openApiDocument(api: DescribedApi): OpenApiDocument {
  const { routes, version, security } = api;
  const listed = routes.filter(({ isUnlisted }) => isUnlisted !== true);
  const schemas = namedSchemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of listed) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, api, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Weir', version, description: [DESCRIPTION, security.note ?? []].flat().join(' ') },
    servers: [{ url: '/' }, { url: '/api' }],
    tags: [...new Set(listed.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: schemas.all(), securitySchemes: security.schemes },
    security: security.reading,
  };
}

function operation(route: RouteDescription, { examples, security }: DescribedApi, schemas: NamedSchemas): Operation {
  const { operationId, tag, summary, description, parameters, takes, body } = route;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    parameters: [
      ...(route.variables ?? []).map(({ name, description, schema }) => {
        return { name, in: 'path' as const, required: true as const, description, schema };
      }),
      ...parameters.map(({ name, description, schema }) => ({ name, in: 'query' as const, description, schema })),
      ...(route.isRevised ? [ifNoneMatch] : []),
    ],
    ...(takes !== undefined && { requestBody: eventsBody(takes, examples(takes.name), schemas) }),
    ...(body !== undefined && { requestBody: jsonBody(body) }),
    ...(takes !== undefined && security.writing !== undefined && { security: security.writing(takes.name) }),
    responses: { ...successes(route, schemas), ...errors(route, schemas) },
  };
}

const jsonBody = (schema: JsonSchema): RequestBody => ({
  required: true,
  description: 'JSON.',
  content: { 'application/json': { schema } },
});

function successes({ responses, isRevised }: RouteDescription, schemas: NamedSchemas): Operation['responses'] {
  const headers = isRevised && etagHeader;
  const entries = Object.entries(responses).map(([status, { description, content }]): [string, OperationResponse] => {
    const types = Object.entries(content).map(([type, schema]) => [type, { schema: schemas.use(schema) }] as const);
    return [status, { description, ...(headers && { headers }), content: Object.fromEntries(types) }];
  });
  const known: OperationResponse = {
    description: 'Not modified: the client already has this revision.',
    headers: etagHeader,
  };
  return Object.fromEntries(isRevised ? [...entries, ['304', known]] : entries);
}

const etagHeader = { etag: { description: 'Revision of the response.', schema: { type: 'string' } } };

const ifNoneMatch = {
  name: 'if-none-match',
  in: 'header' as const,
  description: 'The `etag` of a response that the client holds; answered with 304 if it is unchanged.',
  schema: { type: 'string' },
};

/** Errors that any route may return. */
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
    description: 'Seconds after which the same request may succeed.',
    schema: { type: 'integer', minimum: 1 },
  },
};

const errorHeaders: Readonly<Record<number, OperationResponse['headers']>> = {
  [errorStatus.too_many_requests]: retryAfter,
  [errorStatus.unavailable]: retryAfter,
};
