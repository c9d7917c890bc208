import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface Duckdb {
  readonly connection: DuckDBConnection;
  /** Closes the connection and the database, and releases the lock of a database file. */
  close(): void;
}

/**
 * Opens a database, in memory unless a file is named, and one connection to it. All SQL runs on connections opened
 * here, so that their time zone is UTC, whatever the machine's is: the lake's timestamps are UTC without a zone, and
 * `now()` must compare with them. Extensions are never downloaded.
 * @see https://duckdb.org/docs/stable/configuration/overview
 */
export async function openDuckdb(file = ':memory:', options: Readonly<Record<string, string>> = {}): Promise<Duckdb> {
  const instance = await DuckDBInstance.create(file, { autoinstall_known_extensions: 'false', ...options });
  try {
    const connection = await instance.connect();
    const close = () => {
      connection.closeSync();
      instance.closeSync();
    };
    await connection.run(`set global timezone = 'UTC'`);
    return { connection, close };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
