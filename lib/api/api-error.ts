import type { JsonSchema } from '../derive/json-schema.ts';

/** Every API error code, and the HTTP status it maps to. */
export const errorStatus = {
  invalid_parameter: 400,
  invalid_body: 400,
  events_refused: 400,
  query_refused: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  misdirected: 421,
  query_stopped: 422,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** What each code means to a client, in one sentence. */
export const errorMeaning: Readonly<Record<ErrorCode, string>> = {
  invalid_parameter: 'A query parameter is wrong, unknown or repeated.',
  invalid_body: 'The body is not what the route takes: it is empty, broken, or not compressed as its header says.',
  events_refused: 'Some events are no events of the stream; each is named by its index. The others were taken.',
  query_refused: 'The statement is not one select over the tables, or DuckDB says what is wrong with it.',
  unauthorized: 'The request needs a token: `Authorization: Bearer …`.',
  forbidden: 'The request comes from a web page of another site.',
  not_found: 'There is no such resource.',
  method_not_allowed: 'The resource does not have this method; `allow` names those that it has.',
  too_large: 'The body, or an event of it, is larger than is taken, or has too many events.',
  unsupported_media_type: 'The body is of another media type or content encoding than those that are taken.',
  misdirected: 'The Host header names another server.',
  query_stopped: 'The query needs more time or memory than one may have.',
  too_many_requests: 'Too much waits already; nothing was taken: send it again after `retry-after` seconds.',
  internal: 'Something failed inside.',
  unavailable: 'A store or the log does not answer; try again after `retry-after` seconds.',
};

/** A position in a text, counted from 1; columns in UTF-16 code units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

interface ErrorOptions {
  /** The invalid parameter. */
  readonly parameter?: string;
  /** Where in the statement the mistake is. */
  readonly position?: TextPosition;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An error response. Its message says what was expected, what was found, and what to do; never a payload. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly parameter: string | undefined;
  readonly position: TextPosition | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, { parameter, position, headers = {}, cause }: ErrorOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.parameter = parameter;
    this.position = position;
    this.headers = headers;
  }
}

/** The properties of every error's body. */
export const errorProperties: Readonly<Record<string, JsonSchema>> = {
  error: {
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: { type: 'string', enum: Object.keys(errorStatus) },
      message: { type: 'string', description: 'What was expected, what was found, and what to do.' },
      parameter: { type: 'string', description: 'Name of the invalid query parameter.' },
      position: {
        type: 'object',
        description: 'Where in the statement the mistake is, counted from 1; columns in UTF-16 code units.',
        required: ['line', 'column'],
        properties: { line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } },
      },
    },
  },
};

/** The schema of what `errorBody` returns. */
export const errorSchema: JsonSchema = {
  title: 'Error',
  type: 'object',
  required: ['error'],
  properties: errorProperties,
};

/** The single shape of every error: `{"error": {"code": "not_found", "message": "expected …, found …"}}`. */
export function errorBody({ code, message, parameter, position }: ApiError) {
  const where = { ...(parameter !== undefined && { parameter }), ...(position !== undefined && { position }) };
  return { error: { code, message, ...where } };
}

/** The complete response, for requests refused before they reach the application. */
export function errorResponse(error: ApiError): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', ...error.headers };
  return new Response(JSON.stringify(errorBody(error)), { status: errorStatus[error.code], headers });
}
