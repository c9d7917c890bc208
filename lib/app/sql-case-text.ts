/** An invalid case, or one whose model returns another result; the message is one line. */
export class SqlCaseError extends Error {
  override readonly name = 'SqlCaseError';
}

export type SqlCaseValue = string | number | boolean | null;
type Rows = readonly Readonly<Record<string, SqlCaseValue>>[];

/** The content of a case's file. */
export interface SqlCaseText {
  /** The hour for which the model is run: `2026-01-31T10`. */
  readonly hour: string;
  /** Tables before the run, by name; omitted columns are null. */
  readonly given: Readonly<Record<string, Rows>>;
  /** The rows of the model's table after the run, ordered by its grain; omitted columns are not compared. */
  readonly expect: Rows;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is Rows =>
  Array.isArray(value) &&
  value.every((row) => isObject(row) && Object.values(row).every((one) => one === null || typeof one !== 'object'));

/** @throws SqlCaseError that names the invalid part of the file. */
export function readSqlCase(text: string): SqlCaseText {
  const { hour, given, expect, ...others } = parsed(text);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new SqlCaseError(`expected hour, given and expect, found ${unknown}; remove it`);
  if (typeof hour !== 'string') {
    throw new SqlCaseError(`hour: expected an hour in UTC such as "2026-01-31T13", found ${JSON.stringify(hour)}`);
  }
  if (!isObject(given) || !Object.values(given).every(isRows)) {
    throw new SqlCaseError('given: expected an object of tables, each a list of rows of plain values');
  }
  if (!isRows(expect)) throw new SqlCaseError('expect: expected a list of rows of plain values');
  return { hour, given: given as SqlCaseText['given'], expect };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SqlCaseError(`expected JSON, found ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (!isObject(value)) throw new SqlCaseError('expected an object with hour, given and expect');
  return value;
}
