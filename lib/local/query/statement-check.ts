import type { DuckDBConnection } from '@duckdb/node-api';
import { parseSelect } from '../../adapters/duckdb/sql-parser.ts';
import { nameOf, nodesWithin } from '../../pipeline/transform/lineage.ts';
import { type SqlNode, SqlSyntaxError } from '../../pipeline/transform/sql-parser.ts';
import { QueryError } from './query.ts';

/** They make rows out of their arguments alone. Every other table function reads files or says what the process is like. */
const TABLE_FUNCTIONS = new Set(['range', 'generate_series', 'unnest', 'json_each', 'json_tree']);

/** What DuckDB itself shows of the tables, as the SQL standard has it. */
const CATALOGUE = 'information_schema.';

/**
 * Lets one select through that reads tables only. What the statement reads is found in the tree that DuckDB's own parser
 * makes of it, so that no comment, quote or spelling hides anything: a file's name in the place of a table's is none of the
 * names that are known.
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
    if (node.type === 'TABLE_FUNCTION') checkFunction(node);
    if (node.type !== 'BASE_TABLE') continue;
    const name = nameOf(node);
    if (expressions.has(name) || name.startsWith(CATALOGUE) || isKnown(name)) continue;
    throw new QueryError(`expected a table of the lake or of a model, found ${name}; GET /tables lists them`);
  }
}

function checkFunction({ function: called }: SqlNode): void {
  const name = String((called as { readonly function_name?: unknown } | null)?.function_name ?? '').toLowerCase();
  if (TABLE_FUNCTIONS.has(name)) return;
  const allowed = [...TABLE_FUNCTIONS].join(', ');
  throw new QueryError(`expected a table, or one of the functions ${allowed}, found the function ${name}`);
}

function syntaxError({ message }: SqlSyntaxError): QueryError {
  if (/^(another|no|\d+) statements?$/.test(message)) {
    return new QueryError(`expected one select statement, found ${message}`);
  }
  return new QueryError(message.split('\n', 1)[0] ?? message);
}
