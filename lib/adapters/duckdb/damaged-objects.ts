import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/** How DuckDB's messages begin if a file, and not the statement, is the cause. */
const TROUBLE_OF_FILES =
  /^(IO|Invalid Input|Invalid|Serialization|INTERNAL|Unknown|Out of Range) Error|^(TProtocol|don't know)/;

/**
 * The objects on which a statement failed, and what to do; undefined if all can be read, or if the message is about the
 * statement itself. Reads each object whole, so it is only called after a failure.
 */
export async function damagedObjects(
  connection: DuckDBConnection,
  lakeDir: string,
  keys: readonly string[],
  message: string,
): Promise<string | undefined> {
  if (!TROUBLE_OF_FILES.test(message)) return undefined;
  const damaged: string[] = [];
  for (const key of keys) if (!(await isReadable(connection, join(lakeDir, key)))) damaged.push(key);
  if (damaged.length === 0) return undefined;
  const [first, ...others] = damaged;
  const more = others.length === 0 ? '' : ` (and ${others.length} more: ${others.slice(0, 3).join(', ')})`;
  return (
    `${first}: the object is damaged or gone${more}; put it back from a copy, or move it away, and its rows are missing. ` +
    'Its name says whose they are: stream, kafka partition (p) and slot'
  );
}

async function isReadable(connection: DuckDBConnection, file: string): Promise<boolean> {
  try {
    await connection.run(
      `select count(*) from read_parquet('${file.replaceAll("'", "''")}') as row where hash(row) = 0`,
    );
    return true;
  } catch {
    return false;
  }
}
