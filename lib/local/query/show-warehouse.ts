import { existsSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { attachWarehouse } from '../../adapters/duckdb/attach-warehouse.ts';
import { quoted } from '../../derive/quoted.ts';
import { byHash } from '../../pipeline/transform/found-rows.ts';

/** All columns except the hash by which DuckDB finds a model's rows. */
const SHOWN = `columns(name -> name <> '${byHash.column.name}')`;

/**
 * Shows the tables of the SQL models under their own names if the statement may refer to one of them. The file is
 * opened read-only; a run of the models waits until the query has read its rows, and the query waits for such a run.
 * @throws if the file stays locked, naming it.
 */
export async function showWarehouse(connection: DuckDBConnection, file: string, sql: string): Promise<void> {
  if (!existsSync(file)) return;
  const ofLake = await ownSchemas(connection);
  if (!namesOtherSchema(connection, sql, ofLake)) return;
  await attachWarehouse(connection, file);
  const shown = (await ownSchemas(connection, 'warehouse')).filter((name) => name !== 'main' && !ofLake.includes(name));
  if (shown.length === 0) return;
  for (const schema of shown) await connection.run(`create schema if not exists ${quoted(schema)}`);
  const inside = `database_name = 'warehouse' and schema_name in (${shown.map((name) => `'${name}'`).join(', ')})`;
  const tables = await connection.runAndReadAll(`select schema_name, table_name from duckdb_tables() where ${inside}`);
  for (const [schema, table] of tables.getRows()) {
    const name = `${quoted(String(schema))}.${quoted(String(table))}`;
    await connection.run(`create view ${name} as select ${SHOWN} from warehouse.${name}`);
  }
  // A view in the warehouse names lake tables and models without the database, so here it resolves to the shown ones.
  const views = await connection.runAndReadAll(`select sql from duckdb_views() where ${inside} order by view_oid`);
  for (const [definition] of views.getRows()) await connection.run(String(definition));
}

/** User-defined schemas of a database, or of the connection's own. */
async function ownSchemas(connection: DuckDBConnection, database?: string): Promise<readonly string[]> {
  const of = database === undefined ? 'current_database()' : `'${database}'`;
  const sql = `select schema_name from duckdb_schemas() where not internal and database_name = ${of}`;
  return (await connection.runAndReadAll(sql)).getRows().map(([name]) => String(name));
}

/** Whether the statement reads from a schema outside the lake: a model's, or `information_schema`. */
function namesOtherSchema(connection: DuckDBConnection, sql: string, ofLake: readonly string[]): boolean {
  // DuckDB does not report internal tables as read.
  if (/\binformation_schema\b/i.test(sql)) return true;
  // `analytics.rooms AS r`; a name without a schema has no dot.
  const schemas = connection
    .getTableNames(sql, true)
    .flatMap((name) => /^([^.]+)\./.exec(name)?.[1]?.toLowerCase() ?? []);
  return schemas.some((schema) => !ofLake.includes(schema));
}
