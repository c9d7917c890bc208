/** Every way in which the API refuses or fails, and the HTTP status that says so. */
export const errorStatus = {
  invalid_parameter: 400,
  not_found: 404,
  method_not_allowed: 405,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

interface ErrorOptions {
  /** The parameter that is wrong. */
  readonly parameter?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is no success. Its message says what was expected, what was found, and what to do; never a payload. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly parameter: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, { parameter, headers = {}, cause }: ErrorOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.parameter = parameter;
    this.headers = headers;
  }
}

/** The one shape of errors: `{"error": {"code": "not_found", "message": "expected …, found …"}}`. */
export function errorBody({ code, message, parameter }: ApiError) {
  return { error: { code, message, ...(parameter !== undefined && { parameter }) } };
}
