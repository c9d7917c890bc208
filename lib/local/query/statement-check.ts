import type { DuckDBConnection } from '@duckdb/node-api';
import { parseSelect } from '../../adapters/duckdb/sql-parser.ts';
import { nameOf, nodesWithin } from '../../pipeline/transform/lineage.ts';
import { type SqlNode, SqlSyntaxError } from '../../pipeline/transform/sql-parser.ts';
import { indexOfByte } from './duckdb-error.ts';
import { QueryError } from './query.ts';

/** These produce rows from their arguments alone. Other table functions read files or reveal details of the process. */
const TABLE_FUNCTIONS = new Set(['range', 'generate_series', 'unnest', 'json_each', 'json_tree']);

/** DuckDB's own description of the tables, as defined by the SQL standard. */
const CATALOGUE = 'information_schema.';

/**
 * Accepts a single select that reads only tables. What the statement reads is taken from the tree that DuckDB's own
 * parser produces, so no comment, quote or spelling can hide anything: a file name used as a table is not one of the
 * known names.
 * @param known `lake.shop_purchases`
 * @throws QueryError
 */
export async function checkStatement(
  connection: DuckDBConnection,
  sql: string,
  isKnown: (name: string) => boolean,
): Promise<void> {
  const tree = await parseSelect(connection, sql).catch((error) => {
    throw error instanceof SqlSyntaxError ? syntaxError(error) : error;
  });
  for (const { node, expressions } of nodesWithin(tree)) {
    const refuse = (message: string) => new QueryError(message, { at: positionOf(node, sql) });
    if (node.type === 'TABLE_FUNCTION') checkFunction(node, refuse);
    if (node.type !== 'BASE_TABLE') continue;
    const name = nameOf(node);
    if (expressions.has(name) || name.startsWith(CATALOGUE) || isKnown(name)) continue;
    throw refuse(`expected a table of the lake or of a model, found ${name}; GET /tables lists them`);
  }
}

/** Null if the parser does not know. */
function positionOf({ query_location: atByte }: SqlNode, sql: string): number | null {
  const isKnown = Number.isSafeInteger(atByte) && Number(atByte) <= Buffer.byteLength(sql);
  return isKnown ? indexOfByte(sql, Number(atByte)) : null;
}

function checkFunction({ function: called }: SqlNode, refuse: (message: string) => QueryError): void {
  const name = String((called as { readonly function_name?: unknown } | null)?.function_name ?? '').toLowerCase();
  if (TABLE_FUNCTIONS.has(name)) return;
  const allowed = [...TABLE_FUNCTIONS].join(', ');
  throw refuse(`expected a table, or one of the functions ${allowed}, found the function ${name}`);
}

function syntaxError({ message, at }: SqlSyntaxError): QueryError {
  if (/^(another|no|\d+) statements?$/.test(message)) {
    return new QueryError(`expected one select statement, found ${message}`);
  }
  return new QueryError(message.split('\n', 1)[0] ?? message, { at });
}
