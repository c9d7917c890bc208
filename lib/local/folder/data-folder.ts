import { join, resolve } from 'node:path';
import { SettingError, settings } from '../../settings.ts';

/**
 * The layout of the data folder.
 *
 *     .weir/
 *       log/            topics and committed offsets; its lock says who writes
 *       lake/           Parquet objects
 *       catalog/        which hours of which tables there are
 *       work/           objects in the making
 *       compact/        compacted objects in the making, a folder for each process
 *       replay/         rows of dead letters in the making, a folder for each process
 *       warehouse/      a DuckDB file: what the SQL models make
 *       metrics/        an LMDB file: live metrics
 *       folder.json     its id, and which topics the rows of the lake come from
 *       pipeline.json   where the running pipeline listens
 */
export interface DataFolder {
  readonly dir: string;
  readonly log: string;
  readonly lake: string;
  readonly catalog: string;
  readonly work: string;
  readonly compact: string;
  readonly replay: string;
  readonly warehouse: string;
  readonly metrics: string;
  readonly identityFile: string;
  readonly pipelineFile: string;
}

/** Within `warehouse/`. */
export const WAREHOUSE_FILE = 'warehouse.duckdb';

/** In `warehouse/`: the file that `weir rebuild` writes, until it replaces the warehouse. */
export const REBUILT_FILE = 'rebuilt.duckdb';

/** Beside it: the models and the window length that it is built with. */
export const REBUILT_BY_FILE = 'rebuilt.by';

/** DuckDB takes these in a path for patterns, and a folder's `name=value` for a column of the rows below. */
const NOT_IN_PATHS = /[*?[=]/;

/** @throws SettingError for a folder that DuckDB could not read without reading others, or reading it wrongly. */
export function dataFolder(dir: string): DataFolder {
  const path = resolve(dir);
  if (NOT_IN_PATHS.test(path)) {
    throw new SettingError(
      `${settings.dataDir.variable}: expected a folder without * ? [ = in its whole path, found ${path}; choose another one`,
    );
  }
  return {
    dir,
    log: join(dir, 'log'),
    lake: join(dir, 'lake'),
    catalog: join(dir, 'catalog'),
    work: join(dir, 'work'),
    compact: join(dir, 'compact'),
    replay: join(dir, 'replay'),
    warehouse: join(dir, 'warehouse'),
    metrics: join(dir, 'metrics'),
    identityFile: join(dir, 'folder.json'),
    pipelineFile: join(dir, 'pipeline.json'),
  };
}
