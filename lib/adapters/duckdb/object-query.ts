import pLimit from 'p-limit';
import type { ObjectFiles } from '../../pipeline/ports.ts';
import { sharedFiles } from '../shared-files.ts';
import { openDuckdb } from './open-duckdb.ts';

interface ObjectQueryOptions {
  readonly store: Pick<ObjectFiles, 'fetch'>;
  readonly memoryMegabytes: number;
}

/** A value that DuckDB returns as text. */
export type Text = string | null;

/** The number of concurrent fetches. */
const FETCH_AT_ONCE = 8;

/**
 * Queries over objects of the lake as files, whose columns are all text. Each opens its own in-memory database. Without
 * objects there are no rows.
 * @param sql returns the query, given a relation with the rows of all objects.
 */
export function objectQuery({ store, memoryMegabytes }: ObjectQueryOptions) {
  const files = sharedFiles(store);
  const atOnce = pLimit(FETCH_AT_ONCE);
  return async (keys: readonly string[], sql: (relation: string) => string): Promise<readonly (readonly Text[])[]> => {
    if (keys.length === 0) return [];
    const fetched = await Promise.allSettled(keys.map((key) => atOnce(() => files.fetch(key))));
    try {
      const paths = fetched.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value.path;
      });
      const { connection, close } = await openDuckdb(':memory:', {
        memory_limit: `${memoryMegabytes}MB`,
        threads: '1',
      });
      try {
        const result = await connection.runAndReadAll(sql(relation(paths)));
        return result.getRows() as readonly (readonly Text[])[];
      } finally {
        close();
      }
    } finally {
      await Promise.all(fetched.map((one) => (one.status === 'fulfilled' ? one.value.release() : undefined)));
    }
  };
}

function relation(files: readonly string[]): string {
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
}
