import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';

/**
 * Runs one statement and streams its rows. With @duckdb/node-api 1.5.5 a stream that fails after its first rows ends
 * like a complete one, so an object that is damaged in the middle would silently lose rows. The failure does abort the
 * transaction, though, so this is checked after the last row. The connection must not be in a transaction.
 */
export async function streamRows<T>(
  connection: DuckDBConnection,
  sql: string,
  rowsOf: (result: DuckDBResult) => AsyncIterable<readonly T[]>,
): Promise<{ readonly result: DuckDBResult; readonly rows: AsyncGenerator<readonly T[]> }> {
  await connection.run('begin transaction');
  const result = await connection.stream(sql).catch(async (error) => {
    // Later statements on this connection detect the error.
    await connection.run('rollback');
    throw error;
  });
  const rows = async function* () {
    yield* rowsOf(result);
    if (await isAborted(connection)) throw await failureOf(connection, sql);
  };
  return { result, rows: rows() };
}

async function isAborted(connection: DuckDBConnection): Promise<boolean> {
  try {
    await connection.run('select 1');
    return false;
  } catch {
    // A constant can only fail for one reason.
    return true;
  }
}

/** Runs the statement again without keeping rows, because the stream does not say why it ended. */
async function failureOf(connection: DuckDBConnection, sql: string): Promise<Error> {
  await connection.run('rollback');
  try {
    await connection.run(`explain analyze ${sql}`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  return new Error('the query failed after its first rows; it did not when it was run again: run it once more');
}
