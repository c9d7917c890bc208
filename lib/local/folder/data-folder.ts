import { join, resolve } from 'node:path';
import { SettingError, settings } from '../../settings.ts';

/**
 * The layout of the data folder.
 *
 *     .weir/
 *       log/            topics and committed offsets; its lock identifies the writer
 *       lake/           Parquet objects
 *       catalog/        which hours of which tables exist
 *       work/           objects being written
 *       compact/        compacted objects being written, a folder for each process
 *       replay/         rows of dead letters being written, a folder for each process
 *       warehouse/      a DuckDB file: the tables of the SQL models
 *       metrics/        an LMDB file: live metrics
 *       folder.json     its id, and which topics the rows of the lake come from
 *       audit.json      what the last `weir audit` has found
 *       pipeline.json   the address of the running pipeline
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
  readonly auditFile: string;
  readonly pipelineFile: string;
}

/** Within `warehouse/`. */
export const WAREHOUSE_FILE = 'warehouse.duckdb';

/** In `warehouse/`: the file that `weir rebuild` writes, until it replaces the warehouse. */
export const REBUILT_FILE = 'rebuilt.duckdb';

/** In `warehouse/`: the models and the window length of that rebuild. */
export const REBUILT_BY_FILE = 'rebuilt.by';

/** DuckDB interprets these as patterns in a path, and a folder named `name=value` as a column of the rows below it. */
const NOT_IN_PATHS = /[*?[=]/;

/** @throws SettingError for a folder whose path DuckDB would misread, or read as matching other folders */
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
    auditFile: join(dir, 'audit.json'),
    pipelineFile: join(dir, 'pipeline.json'),
  };
}
