import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/** How DuckDB's messages begin when it is a file that cannot be read, and not the statement. */
const TROUBLE_OF_FILES =
  /^(IO|Invalid Input|Invalid|Serialization|INTERNAL|Unknown|Out of Range) Error|^(TProtocol|don't know)/;

/**
 * Which of the objects a statement failed on, and what to do; undefined when they can all be read, or the message is about the
 * statement itself. Each object is read whole, so this is for when something has failed.
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
