import { existsSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { attachWarehouse } from '../../adapters/duckdb/attach-warehouse.ts';
import { quoted } from '../../derive/quoted.ts';
import { byHash } from '../../pipeline/transform/found-rows.ts';

const SCHEMAS = ['raw', 'analytics', 'staging', 'prod', 'ops'];
const NAMED = new RegExp(`\\b(${SCHEMAS.join('|')})\\b`, 'i');

/** All columns but the hash by which DuckDB finds a model's rows again. */
const SHOWN = `columns(name -> name <> '${byHash.column.name}')`;

/**
 * Shows the tables of the SQL models under their own names, when the statement may mean one of them. The file is opened
 * for reading; a run of the models waits until the query has read its rows, and the query for the run.
 * @throws when the file stays locked, naming it.
 */
export async function showWarehouse(connection: DuckDBConnection, file: string, sql: string): Promise<void> {
  if (!NAMED.test(sql) || !existsSync(file)) return;
  await attachWarehouse(connection, file);
  for (const schema of SCHEMAS) await connection.run(`create schema if not exists ${schema}`);
  const inside = `database_name = 'warehouse' and schema_name in (${SCHEMAS.map((name) => `'${name}'`).join(', ')})`;
  const tables = await connection.runAndReadAll(`select schema_name, table_name from duckdb_tables() where ${inside}`);
  for (const [schema, table] of tables.getRows()) {
    const name = `${quoted(String(schema))}.${quoted(String(table))}`;
    await connection.run(`create view ${name} as select ${SHOWN} from warehouse.${name}`);
  }
  // A view of the warehouse names lake and tables without the warehouse: here it means what is shown here.
  const views = await connection.runAndReadAll(`select sql from duckdb_views() where ${inside} order by view_oid`);
  for (const [definition] of views.getRows()) await connection.run(String(definition));
}
