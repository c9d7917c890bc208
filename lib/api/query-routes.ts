import { ApiError, type TextPosition } from './api-error.ts';
import { listOf, objectSchema } from './metric-schemas.ts';
import { requestBody } from './request-body.ts';
import type { ApiRoute } from './route.ts';

export interface AskedQuery {
  readonly sql: string;
  readonly maxRows: number;
  /** Aborts when the client no longer waits for the answer. */
  readonly signal: AbortSignal;
}

/** A value as JSON represents it; 64-bit integers and decimals are text. */
type QueriedValue = unknown;

export interface QueryPorts {
  /** `refused` says what is wrong with the statement, and at which index of its text; `stopped` which limit was reached. */
  query(asked: AskedQuery): Promise<
    | {
        readonly columns: readonly { readonly name: string; readonly type: string }[];
        readonly rows: readonly (readonly QueriedValue[])[];
        /** True if there are more rows than these. */
        readonly isCut: boolean;
        readonly tookMs: number;
      }
    | { readonly refused: string; readonly at: number | null }
    | { readonly stopped: string }
    | { readonly busy: true }
  >;
  /** The tables that can be queried. */
  tables(): Promise<readonly QueryTable[]>;
}

export interface QueryTable {
  /** `lake.shop_purchases` */
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Statements to begin with. */
  readonly examples: readonly QueryExample[];
}

export interface QueryExample {
  readonly title: string;
  readonly sql: string;
  /** The live metric whose figures it computes from the table. */
  readonly metric: string | null;
}

const MAX_QUERY_ROWS = 10_000;
const MAX_SQL_BYTES = 64 * 1024;
const RETRY_AFTER_SECONDS = 2;

const text = { type: 'string' };
const columnsSchema = listOf(objectSchema({ name: text, type: { ...text, description: 'DuckDB type.' } }));

const examplesSchema = listOf(
  objectSchema({
    title: text,
    sql: text,
    metric: { type: ['string', 'null'], description: 'The live metric that it computes from the table.' },
  }),
);

/** Read-only SQL over lake and warehouse. */
export const queryRoutes: readonly ApiRoute<QueryPorts>[] = [
  {
    method: 'GET',
    path: '/tables',
    operationId: 'getTables',
    tag: 'query',
    summary: 'List the tables that a query can read, with their columns',
    description: 'Available on a laptop only. The table of a model is listed after the first run of the model.',
    parameters: [],
    responses: {
      200: {
        description: 'The tables of the lake, then those of the models.',
        content: {
          'application/json': objectSchema({
            tables: listOf(objectSchema({ name: text, columns: columnsSchema, examples: examplesSchema })),
          }),
        },
      },
    },
    errors: [],
    handle: async (_, { tables }) => ({ body: { tables: await tables() } }),
  },
  {
    method: 'POST',
    path: '/query',
    operationId: 'postQuery',
    tag: 'query',
    summary: 'Run a SELECT statement over the lake and the warehouse',
    description:
      'Available on a laptop only. DuckDB runs the statement read-only in a separate process, with limits on time, rows and ' +
      'memory and without functions that read files. Closing the connection cancels it.',
    parameters: [],
    body: objectSchema({ sql: { ...text, description: 'A single SELECT statement in DuckDB’s dialect.' } }),
    responses: {
      200: {
        description: `The first rows, at most ${MAX_QUERY_ROWS}.`,
        content: {
          'application/json': objectSchema({
            columns: columnsSchema,
            rows: {
              ...listOf({ type: 'array', items: {} }),
              description: 'Values in column order. 64-bit integers and decimals are strings.',
            },
            truncated: { type: 'boolean', description: 'Whether there are more rows than returned.' },
            took_ms: { type: 'integer', minimum: 0 },
          }),
        },
      },
    },
    errors: ['invalid_body', 'query_refused', 'query_stopped', 'too_large', 'too_many_requests'],
    async handle({ raw }, { query }) {
      const sql = sqlOf(await requestBody(raw, MAX_SQL_BYTES));
      const result = await query({ sql, maxRows: MAX_QUERY_ROWS, signal: raw.signal });
      if ('refused' in result) {
        const position = result.at === null ? undefined : positionAt(sql, result.at);
        throw new ApiError('query_refused', result.refused, { ...(position !== undefined && { position }) });
      }
      if ('stopped' in result) throw new ApiError('query_stopped', result.stopped);
      if ('busy' in result) {
        throw new ApiError('too_many_requests', 'other queries are running; try again', {
          headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
        });
      }
      const { columns, rows, isCut, tookMs } = result;
      return { body: { columns, rows, truncated: isCut, took_ms: tookMs } };
    },
  },
];

function sqlOf(body: Uint8Array): string {
  const expected = 'expected {"sql": "select …"}, found something else';
  try {
    const { sql } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof sql === 'string') return sql;
  } catch (cause) {
    throw new ApiError('invalid_body', expected, { cause });
  }
  throw new ApiError('invalid_body', expected);
}

function positionAt(sql: string, index: number): TextPosition {
  const lines = sql.slice(0, index).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
