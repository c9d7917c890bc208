import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Confines a connection to files below the lake's folder, and locks its settings. The second barrier behind the
 * statement check: a statement that reads or writes anything else fails even if the check has accepted it.
 */
export async function lockConnection(connection: DuckDBConnection, lakeDir: string): Promise<void> {
  await connection.run(`set allowed_directories = ['${lakeDir.replaceAll("'", "''")}/']`);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
}
