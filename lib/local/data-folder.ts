import { join } from 'node:path';

/**
 * What a laptop keeps, and where.
 *
 *     .weir/
 *       log/            topics and committed offsets; its lock says who writes
 *       lake/           Parquet objects
 *       catalog/        which hours of which tables there are
 *       work/           objects in the making
 *       pipeline.json   where the running pipeline listens
 */
export interface DataFolder {
  readonly dir: string;
  readonly log: string;
  readonly lake: string;
  readonly catalog: string;
  readonly work: string;
  readonly pipelineFile: string;
}

export function dataFolder(dir: string): DataFolder {
  return {
    dir,
    log: join(dir, 'log'),
    lake: join(dir, 'lake'),
    catalog: join(dir, 'catalog'),
    work: join(dir, 'work'),
    pipelineFile: join(dir, 'pipeline.json'),
  };
}
