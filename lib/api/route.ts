import type { Contract } from '../contracts/contract.ts';
import type { JsonSchema } from '../derive/json-schema.ts';
import type { ErrorCode } from './api-error.ts';

/**
 * A route of the API: what its description says, and what it does. The description depends on contracts and metrics only, so
 * that the whole API can be described where some of its routes are served elsewhere.
 * @template Ports what `handle` needs of the world.
 */
export interface ApiRoute<Ports> {
  readonly method: 'GET' | 'POST';
  /** `/metrics/{name}`. Answered at `/api/metrics/{name}`, too. */
  readonly path: string;
  /** Left out of descriptions: it only says what there is instead. */
  readonly isUnlisted?: true;
  /** Unique, for generated clients: `getMetricUsers`. */
  readonly operationId: string;
  /** The group that a description lists it in: `metrics`. */
  readonly tag: string;
  /** One line without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** The variables of its path. */
  readonly variables?: readonly Parameter<unknown>[];
  /** The query parameters that it takes; any other is refused. */
  readonly parameters: readonly Parameter<unknown>[];
  /** Its body is events of this stream, as `requestEvents` reads them. */
  readonly takes?: Contract;
  /** Its body is JSON of this schema. */
  readonly body?: JsonSchema;
  /** Success, by HTTP status. */
  readonly responses: Readonly<Record<number, ApiResponse>>;
  /** Errors of its own, beside those that every route has. */
  readonly errors: readonly ErrorCode[];
  /** It answers with an `ETag`, and 304 to clients that have that revision: `handle` gives a `RevisedAnswer`. */
  readonly isRevised?: true;
  /** What its errors say, where that is more than `errorBody`. */
  readonly errorSchema?: JsonSchema;
  handle(request: ApiRequest, ports: Ports): Promise<ApiAnswer | RevisedAnswer>;
}

interface ApiResponse {
  readonly description: string;
  /** By media type. */
  readonly content: Readonly<Record<string, JsonSchema>>;
}

/** A query parameter. None is required. */
export interface Parameter<T> {
  readonly name: string;
  readonly description: string;
  /** Of its value; with the default. */
  readonly schema: JsonSchema;
  /** What it is where the query does not have it. */
  readonly absent: T;
  /** @throws ApiError `invalid_parameter` */
  read(text: string): T;
}

export interface ApiRequest {
  /** Its body is not read yet. */
  readonly raw: Request;
  /** A variable of the path. */
  variable(name: string): string;
  /** A parameter of the route. @throws ApiError `invalid_parameter` */
  value<T>(parameter: Parameter<T>): T;
}

export interface ApiAnswer {
  /** 200 where it is left out. */
  readonly status?: number;
  /** Text as it is; anything else as JSON. */
  readonly body: string | object;
  /** `application/json` where it is left out. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that need not be made where the client has that revision already. */
export interface RevisedAnswer {
  /** Changes whenever the answer to the same request may have changed. */
  readonly revision: string;
  answer(): Promise<ApiAnswer>;
}

/** A route with its ports. */
export type ServedRoute = Omit<ApiRoute<never>, 'handle'> & {
  handle(request: ApiRequest): Promise<ApiAnswer | RevisedAnswer>;
};

export function served<Ports>(routes: readonly ApiRoute<Ports>[], ports: Ports): readonly ServedRoute[] {
  return routes.map((route) => ({ ...route, handle: (request) => route.handle(request, ports) }));
}
