import type { DuckDBConnection } from '@duckdb/node-api';
import { type SqlNode, type SqlParser, SqlSyntaxError } from '../../pipeline/transform/sql-parser.ts';
import { replaceParameters } from '../../pipeline/transform/sql-text.ts';
import { type Duckdb, openDuckdb } from './open-duckdb.ts';

/** The result of `json_serialize_sql`, which does not throw. */
interface Serialized {
  readonly error: boolean;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly { readonly node: SqlNode }[];
}

/**
 * DuckDB's own parser. The first call opens DuckDB; `close` closes it.
 * @see https://duckdb.org/docs/stable/data/json/sql_to_and_from_json
 */
export function duckdbSqlParser(): SqlParser & { close(): Promise<void> } {
  let opened: Promise<Duckdb> | undefined;
  return {
    async parseSelect(sql) {
      opened ??= openDuckdb(':memory:', { threads: '1' });
      const { connection } = await opened;
      // `$name` is as long as `:name`, so all positions in the text are unchanged.
      return parseSelect(
        connection,
        replaceParameters(sql, (name) => `$${name}`),
      );
    },
    async close() {
      (await opened)?.close();
      opened = undefined;
    },
  };
}

/** The root of a single select, with parameters in DuckDB's notation. @throws SqlSyntaxError if it is anything else */
export async function parseSelect(connection: DuckDBConnection, sql: string): Promise<SqlNode> {
  const result = await connection.runAndReadAll('select json_serialize_sql($sql::varchar)', { sql });
  return rootOf(JSON.parse(String(result.getRows()[0]?.[0])));
}

function rootOf({ error, error_message = '', position, statements = [] }: Serialized): SqlNode {
  if (error) {
    const isOther = error_message.startsWith('Only SELECT');
    throw new SqlSyntaxError(
      isOther ? 'another statement' : error_message,
      position === undefined ? null : Number(position),
    );
  }
  const [first] = statements;
  if (first === undefined || statements.length > 1) {
    throw new SqlSyntaxError(`${statements.length === 0 ? 'no' : statements.length} statements`, null);
  }
  return first.node;
}
