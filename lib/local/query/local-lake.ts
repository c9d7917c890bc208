import { join } from 'node:path';
import { lakeTables } from '../../adapters/duckdb/lake-views.ts';
import { directoryObjectStore } from '../../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import type { Contract } from '../../contracts/contract.ts';
import { type DataFolder, WAREHOUSE_FILE } from '../folder/data-folder.ts';
import type { Lake } from './query.ts';

/** The lake of a data folder for queries, with a table for each contract. */
export function localLake(folder: DataFolder, contracts: readonly Contract[]): Lake {
  return {
    dir: folder.lake,
    catalog: fileCatalog(folder.catalog),
    store: directoryObjectStore(folder.lake),
    contracts,
    tables: lakeTables(contracts),
    warehouseFile: join(folder.warehouse, WAREHOUSE_FILE),
  };
}
