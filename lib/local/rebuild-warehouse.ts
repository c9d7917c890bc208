import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Warehouse } from '../pipeline/ports.ts';
import { type TransformCounts, type TransformRequest, transform } from '../pipeline/transform/transform.ts';
import { hoursOfLake } from '../pipeline/transform/versions.ts';
import { SettingError } from '../settings.ts';
import { REBUILT_FILE, WAREHOUSE_FILE } from './data-folder.ts';
import { type LocalWarehouseOptions, localWarehouse } from './warehouse.ts';

export interface Rebuilt {
  readonly counts: TransformCounts;
  /** Whether what was made has taken the place of what was there. */
  readonly isPublished: boolean;
}

/**
 * Makes every table anew, out of all that the lake has, in a file of its own, which then takes the place of the warehouse's:
 * readers see the old tables until they see the new ones. Killed and run again, it goes on where it was; what was begun with
 * windows of another length is begun anew. Hours that come into the lake meanwhile are for the next run of the models.
 *
 * Where a model fails, or `signal` aborts, nothing takes anything's place.
 */
export async function rebuildWarehouse(
  options: LocalWarehouseOptions,
  request: Pick<TransformRequest, 'onProgress' | 'signal'>,
): Promise<Rebuilt> {
  const rebuilt = join(options.folder.warehouse, REBUILT_FILE);
  let counts: TransformCounts;
  try {
    counts = await remake(options, request);
  } catch (error) {
    if (!(error instanceof SettingError) || !existsSync(rebuilt)) throw error;
    for (const file of [rebuilt, `${rebuilt}.wal`]) await rm(file, { force: true });
    counts = await remake(options, request);
  }
  const isPublished = counts.failures.length === 0 && request.signal?.aborted !== true;
  if (isPublished) await takePlace(options, rebuilt);
  return { counts, isPublished };
}

async function remake(
  options: LocalWarehouseOptions,
  request: Pick<TransformRequest, 'onProgress' | 'signal'>,
): Promise<TransformCounts> {
  const deps = await localWarehouse({ ...options, file: REBUILT_FILE });
  try {
    const counts = await transform(deps, { ...request, hours: await hoursOfLake(deps, deps.graph.otherTables) });
    await settle(deps.warehouse);
    return counts;
  } finally {
    await deps.warehouse.close();
  }
}

/**
 * The old file is open, and so locked, while the new one takes its name: nobody has anything beside it that is not yet in it.
 * The query waits for a run of the models to end, and takes in what a killed one has left beside the file: DuckDB would apply
 * that to the new one.
 */
async function takePlace(options: LocalWarehouseOptions, rebuilt: string): Promise<void> {
  const { warehouse } = await localWarehouse(options);
  try {
    await settle(warehouse);
    await rename(rebuilt, join(options.folder.warehouse, WAREHOUSE_FILE));
  } finally {
    await warehouse.close();
  }
}

/** All that the warehouse has is in its file, and nothing in the log beside it. */
async function settle(warehouse: Warehouse): Promise<void> {
  await warehouse.query({ name: 'rebuild: settle the file', sql: 'checkpoint', parameters: {} });
}
