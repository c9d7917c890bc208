import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreadableWarehouseError } from '../adapters/duckdb/warehouse.ts';
import { acquireWriterLock } from '../adapters/embedded/writer-lock.ts';
import type { Warehouse } from '../pipeline/ports.ts';
import {
  type TransformCounts,
  type TransformDeps,
  type TransformRequest,
  transform,
} from '../pipeline/transform/transform.ts';
import { hoursOfLake } from '../pipeline/transform/versions.ts';
import { type DataFolder, REBUILT_BY_FILE, REBUILT_FILE, WAREHOUSE_FILE } from './folder/data-folder.ts';
import { type LocalWarehouseOptions, localWarehouse } from './warehouse.ts';

export interface Rebuilt {
  readonly counts: TransformCounts;
  /** Whether the new tables have replaced the old ones. */
  readonly isPublished: boolean;
}

/**
 * Rebuilds every table from the whole lake in a separate file, which then replaces the warehouse's file: readers see
 * the old tables until they see the new ones. If killed, the next call resumes; a rebuild started with other models, or
 * with another window length, starts over. Hours that arrive in the lake meanwhile are left to the next run of the
 * models.
 *
 * If a model fails, or `signal` aborts, nothing is replaced.
 * @throws WriterLockedError if another rebuild is running.
 */
export async function rebuildWarehouse(
  options: LocalWarehouseOptions,
  request: Pick<TransformRequest, 'onProgress' | 'signal'>,
): Promise<Rebuilt> {
  const { warehouse } = options.folder;
  const lock = await acquireWriterLock(warehouse, `what weir rebuild makes in ${warehouse}`);
  try {
    const counts = await remake(options, request);
    const isPublished = counts.failures.length === 0 && request.signal?.aborted !== true;
    if (isPublished) await takePlace(options);
    return { counts, isPublished };
  } finally {
    lock.release();
  }
}

async function remake(
  options: LocalWarehouseOptions,
  request: Pick<TransformRequest, 'onProgress' | 'signal'>,
): Promise<TransformCounts> {
  const deps = await localWarehouse({ ...options, file: REBUILT_FILE });
  await beginAnewUnlessBy(options.folder, deps);
  try {
    const counts = await transform(deps, { ...request, hours: await hoursOfLake(deps, deps.graph.otherTables) });
    await settle(deps.warehouse);
    return counts;
  } finally {
    await deps.warehouse.close();
  }
}

/** Deletes an incomplete rebuild by other models, whose rows, columns and tables would otherwise remain. */
async function beginAnewUnlessBy({ warehouse }: DataFolder, { graph, windowSeconds }: TransformDeps): Promise<void> {
  const definitions = graph.models.map(({ name, definition }) => `${name} ${definition}`);
  const by = createHash('sha256')
    .update([`${windowSeconds}`, ...definitions].join('\n'))
    .digest('hex');
  const byFile = join(warehouse, REBUILT_BY_FILE);
  const found = await readFile(byFile, 'utf8').catch(() => '');
  if (found === by) return;
  for (const name of [REBUILT_FILE, `${REBUILT_FILE}.wal`]) await rm(join(warehouse, name), { force: true });
  await writeFile(byFile, by);
}

/**
 * The old file stays open, and so locked, while the new one takes its name, so no other process has changes beside it
 * that are not yet in it. The query waits for a run of the models to end, and checkpoints the write-ahead log that a
 * killed one left: DuckDB would otherwise apply that log to the new file.
 */
async function takePlace(options: LocalWarehouseOptions): Promise<void> {
  const { folder } = options;
  const file = join(folder.warehouse, WAREHOUSE_FILE);
  const { warehouse } = await localWarehouse(options);
  try {
    await settle(warehouse).catch(async (error) => {
      if (!(error instanceof UnreadableWarehouseError)) throw error;
      // An unreadable file is deleted, with its log.
      await rm(`${file}.wal`, { force: true });
    });
    await rename(join(folder.warehouse, REBUILT_FILE), file);
    await rm(join(folder.warehouse, REBUILT_BY_FILE), { force: true });
  } finally {
    await warehouse.close();
  }
}

/** Moves everything into the warehouse's file, leaving its write-ahead log empty. */
async function settle(warehouse: Warehouse): Promise<void> {
  await warehouse.query({ name: 'rebuild: settle the file', sql: 'checkpoint', parameters: {} });
}
