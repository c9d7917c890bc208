import type { Contract } from '../contracts/contract.ts';
import type { JsonSchema } from '../derive/json-schema.ts';
import type { ErrorCode } from './api-error.ts';

/**
 * A route of the API: its description and its handler. The description depends only on contracts and metrics, so the
 * whole API can be described even if some of its routes are served elsewhere.
 * @template Ports what `handle` requires
 */
export interface ApiRoute<Ports> {
  readonly method: 'GET' | 'POST';
  /** `/metrics/{name}`. Also served at `/api/metrics/{name}`. */
  readonly path: string;
  /** Omitted from descriptions: the route only says what to use instead. */
  readonly isUnlisted?: true;
  /** Unique; names the method in generated clients: `getMetricUsers`. */
  readonly operationId: string;
  /** The group that descriptions list it in: `metrics`. */
  readonly tag: string;
  /** One line without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** The path's variables. */
  readonly variables?: readonly Parameter<unknown>[];
  /** The accepted query parameters; any other is refused. */
  readonly parameters: readonly Parameter<unknown>[];
  /** Set if the body is events of this stream, as `requestEvents` reads them. */
  readonly takes?: Contract;
  /** Set if the body is JSON with this schema. */
  readonly body?: JsonSchema;
  /** Successful responses, by HTTP status. */
  readonly responses: Readonly<Record<number, ApiResponse>>;
  /** The route's own errors, in addition to those that every route has. */
  readonly errors: readonly ErrorCode[];
  /** Set if the route answers with an `ETag`, or 304 for a known revision: `handle` returns a `RevisedAnswer`. */
  readonly isRevised?: true;
  /** The schema of its errors, if they contain more than `errorBody`. */
  readonly errorSchema?: JsonSchema;
  handle(request: ApiRequest, ports: Ports): Promise<ApiAnswer | RevisedAnswer>;
}

interface ApiResponse {
  readonly description: string;
  /** By media type. */
  readonly content: Readonly<Record<string, JsonSchema>>;
}

/** A query parameter; always optional. */
export interface Parameter<T> {
  readonly name: string;
  readonly description: string;
  /** The schema of the value, including the default. */
  readonly schema: JsonSchema;
  /** The value if the query omits the parameter. */
  readonly absent: T;
  /** @throws ApiError `invalid_parameter` */
  read(text: string): T;
}

export interface ApiRequest {
  /** The body has not been read yet. */
  readonly raw: Request;
  /** A path variable. */
  variable(name: string): string;
  /** A parameter of the route. @throws ApiError `invalid_parameter` */
  value<T>(parameter: Parameter<T>): T;
}

export interface ApiAnswer {
  /** 200 if omitted. */
  readonly status?: number;
  /** A string is sent as is; an object as JSON. */
  readonly body: string | object;
  /** `application/json` if omitted. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that need not be computed if the client already has this revision. */
export interface RevisedAnswer {
  /** Changes whenever the answer to the same path and query may have changed, and never returns to an earlier value. */
  readonly revision: string;
  answer(): Promise<ApiAnswer>;
}

/** A route bound to its ports. */
export type ServedRoute = Omit<ApiRoute<never>, 'handle'> & {
  handle(request: ApiRequest): Promise<ApiAnswer | RevisedAnswer>;
};

export function served<Ports>(routes: readonly ApiRoute<Ports>[], ports: Ports): readonly ServedRoute[] {
  return routes.map((route) => ({ ...route, handle: (request) => route.handle(request, ports) }));
}
