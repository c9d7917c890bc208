import { randomUUID } from 'node:crypto';
import { duckdbRowEncoder } from '../../adapters/duckdb/row-encoder.ts';
import { directoryObjectStore } from '../../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import { processFolder } from '../../adapters/embedded/process-folder.ts';
import type { Clock, ObjectStore } from '../../pipeline/ports.ts';
import { amender } from '../../pipeline/replay/amender.ts';
import type { Settings } from '../../settings.ts';
import type { DataFolder } from '../folder/data-folder.ts';

interface LocalAmenderOptions {
  readonly folder: DataFolder;
  readonly settings: Pick<Settings, 'duckdbMemoryMegabytes' | 'parquetCodec'>;
  readonly clock: Clock;
  /** The store for the rows; by default, the data folder's lake. */
  readonly store?: ObjectStore;
}

/** Amends a data folder's lake. Safe in several processes at once, and beside a pipeline. The caller closes it. */
export async function openAmender({ folder, settings, clock, store }: LocalAmenderOptions) {
  const own = await processFolder(folder.replay);
  const amend = amender({
    store: store ?? directoryObjectStore(folder.lake),
    catalog: fileCatalog(folder.catalog),
    encoder: duckdbRowEncoder({
      dir: own.path,
      memoryMegabytes: settings.duckdbMemoryMegabytes,
      codec: settings.parquetCodec,
    }),
    clock,
    newWriteId: randomUUID,
  });
  return { amend, close: own.remove };
}
