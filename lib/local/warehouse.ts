import { join } from 'node:path';
import { lakeTables } from '../adapters/duckdb/lake-views.ts';
import { duckdbWarehouse } from '../adapters/duckdb/warehouse.ts';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import { modelFiles } from '../adapters/model-files.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Clock } from '../pipeline/ports.ts';
import { modelGraph } from '../pipeline/transform/model-graph.ts';
import type { TransformDeps } from '../pipeline/transform/transform.ts';
import type { Settings } from '../settings.ts';
import { type DataFolder, WAREHOUSE_FILE } from './folder/data-folder.ts';

export interface LocalWarehouseOptions {
  readonly folder: DataFolder;
  readonly settings: Pick<Settings, 'windowSeconds' | 'warehouseMemoryMegabytes'>;
  readonly contracts: readonly Contract[];
  /** The folder of the project's SQL models. */
  readonly modelsDir: string;
  readonly clock: Clock;
  /** The file's name in the folder's `warehouse/`. */
  readonly file?: string;
}

/**
 * The dependencies of model runs on a local machine. The first run opens the warehouse's file and locks it until
 * closed.
 * @throws ModelError for an invalid model file.
 */
export async function localWarehouse({
  folder,
  settings,
  contracts,
  modelsDir,
  clock,
  file = WAREHOUSE_FILE,
}: LocalWarehouseOptions): Promise<TransformDeps> {
  const tables = lakeTables(contracts);
  const tableNames = tables.map(({ name }) => `${name.database}.${name.table}`);
  const graph = modelGraph(await modelFiles(modelsDir, contracts), tableNames);
  const catalog = fileCatalog(folder.catalog);
  const store = directoryObjectStore(folder.lake);
  const warehouse = duckdbWarehouse({
    file: join(folder.warehouse, file),
    lakeTables: tables,
    catalog,
    store,
    lakeDir: folder.lake,
    clock,
    memoryMegabytes: settings.warehouseMemoryMegabytes,
  });
  return { warehouse, catalog, store, graph, clock, windowSeconds: settings.windowSeconds };
}
