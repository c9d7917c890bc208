import { join } from 'node:path';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import { contracts } from '../contracts/index.ts';
import { type DataFolder, WAREHOUSE_FILE } from './data-folder.ts';
import type { Lake } from './query.ts';

/** The lake of a data folder, to be queried. */
export function localLake(folder: DataFolder): Lake {
  return {
    dir: folder.lake,
    catalog: fileCatalog(folder.catalog),
    store: directoryObjectStore(folder.lake),
    contracts,
    warehouseFile: join(folder.warehouse, WAREHOUSE_FILE),
  };
}
