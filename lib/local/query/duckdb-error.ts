/** An error of DuckDB. */
export interface DuckdbError {
  /** `Binder Error: Referenced column "n" not found in FROM clause!`, and DuckDB's suggestions on further lines. */
  readonly message: string;
  /** In bytes of UTF-8 from the statement's beginning; null if DuckDB does not name a position. */
  readonly atByte: number | null;
}

/** With the setting `errors_as_json` the message is an object, which has the position. */
const AS_JSON = /^(?:\w+ Error: )?(\{"exception_type".*\})$/s;

export function duckdbError(error: unknown): DuckdbError {
  const message = error instanceof Error ? error.message : String(error);
  const [, json] = AS_JSON.exec(message) ?? [];
  if (json === undefined) return { message, atByte: null };
  const {
    exception_type: type,
    exception_message: found,
    position,
  } = JSON.parse(json) as Readonly<Record<'exception_type' | 'exception_message', string>> & {
    readonly position?: string;
  };
  return { message: `${type} Error: ${found}`, atByte: position === undefined ? null : Number(position) };
}

/** The index in the text of a position in its UTF-8 bytes. */
export function indexOfByte(text: string, atByte: number): number {
  return Buffer.from(text, 'utf8').subarray(0, atByte).toString('utf8').length;
}
