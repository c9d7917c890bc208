import { join } from 'node:path';

/**
 * What a laptop keeps, and where.
 *
 *     .weir/
 *       log/            topics and committed offsets; its lock says who writes
 *       lake/           Parquet objects
 *       catalog/        which hours of which tables there are
 *       work/           objects in the making
 *       warehouse/      a DuckDB file: what the SQL models make
 *       pipeline.json   where the running pipeline listens
 */
export interface DataFolder {
  readonly dir: string;
  readonly log: string;
  readonly lake: string;
  readonly catalog: string;
  readonly work: string;
  readonly warehouse: string;
  readonly pipelineFile: string;
}

/** Within `warehouse/`. */
export const WAREHOUSE_FILE = 'warehouse.duckdb';

/** Within `warehouse/`: what `weir rebuild` makes, until it takes the other's place. */
export const REBUILT_FILE = 'rebuilt.duckdb';

export function dataFolder(dir: string): DataFolder {
  return {
    dir,
    log: join(dir, 'log'),
    lake: join(dir, 'lake'),
    catalog: join(dir, 'catalog'),
    work: join(dir, 'work'),
    warehouse: join(dir, 'warehouse'),
    pipelineFile: join(dir, 'pipeline.json'),
  };
}
