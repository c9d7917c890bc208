import { existsSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../derive/duckdb.ts';
import { byHash } from '../pipeline/transform/found-rows.ts';

const SCHEMAS = ['raw', 'analytics', 'staging', 'prod', 'ops'];
const NAMED = new RegExp(`\\b(${SCHEMAS.join('|')})\\b`, 'i');

/** All columns but the hash by which DuckDB finds a model's rows again. */
const SHOWN = `columns(name -> name <> '${byHash.column.name}')`;

/** A refresh of the models holds the file for a few seconds. */
const WAIT_MS = 30_000;
const RETRY_MS = 100;

/**
 * Shows the tables of the SQL models under their own names, when the statement may mean one of them. The file is opened
 * for reading; a run of the models waits until the query has read its rows, and the query for the run.
 * @throws when the file stays locked, naming it.
 */
export async function showWarehouse(connection: DuckDBConnection, file: string, sql: string): Promise<void> {
  if (!NAMED.test(sql) || !existsSync(file)) return;
  await attach(connection, file);
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

async function attach(connection: DuckDBConnection, file: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    try {
      await connection.run(`attach '${file.replaceAll("'", "''")}' as warehouse (read_only)`);
      return;
    } catch (cause) {
      const message = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] ?? '';
      if (!/lock/i.test(message) || Date.now() >= deadline) {
        throw new Error(`${file}: expected to open the warehouse for reading, found: ${message}`, { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
