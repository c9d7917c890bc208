import { randomUUID } from 'node:crypto';
import { duckdbChainRows } from '../../adapters/duckdb/chain-rows.ts';
import { duckdbRowEncoder } from '../../adapters/duckdb/row-encoder.ts';
import { directoryObjectStore } from '../../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import { processFolder } from '../../adapters/embedded/process-folder.ts';
import type { Clock, ObjectStore } from '../../pipeline/ports.ts';
import type { Refinement } from '../../pipeline/refine/refinement.ts';
import { amender } from '../../pipeline/replay/amender.ts';
import { refinedAmender } from '../../pipeline/replay/refined-amender.ts';
import type { RefinedStreams } from '../../pipeline/replay/refined-rows.ts';
import type { Settings } from '../../settings.ts';
import type { DataFolder } from '../folder/data-folder.ts';

export interface LocalAmenderOptions {
  readonly folder: DataFolder;
  readonly refinements: readonly Refinement[];
  readonly settings: Pick<Settings, 'duckdbMemoryMegabytes' | 'parquetCodec' | 'incarnations'>;
  readonly clock: Clock;
  /** The store for the rows; by default, the data folder's lake. */
  readonly store?: ObjectStore;
}

/** The rows of a data folder's lake, and the streams that are refined from others. */
export function localRefined({ folder, refinements, settings, store }: Omit<LocalAmenderOptions, 'clock'>) {
  const lake = directoryObjectStore(folder.lake);
  const rows = duckdbChainRows({ store: lake, memoryMegabytes: settings.duckdbMemoryMegabytes });
  const streams: RefinedStreams = {
    refinements,
    incarnationOf: (stream) => settings.incarnations.get(stream) ?? 0,
  };
  return { ports: { store: store ?? lake, rows }, streams };
}

/** Amends a data folder's lake. Safe in several processes at once, and beside a pipeline. The caller closes it. */
export async function openAmender(options: LocalAmenderOptions) {
  const { folder, settings, clock } = options;
  const own = await processFolder(folder.replay);
  const refined = localRefined(options);
  const ports = {
    ...refined.ports,
    catalog: fileCatalog(folder.catalog),
    encoder: duckdbRowEncoder({
      dir: own.path,
      memoryMegabytes: settings.duckdbMemoryMegabytes,
      codec: settings.parquetCodec,
    }),
    clock,
    newWriteId: randomUUID,
  };
  return { amend: amender(ports), complete: refinedAmender(ports, refined.streams), close: own.remove };
}
