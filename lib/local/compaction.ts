import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { duckdbPartWriter } from '../adapters/duckdb/part-writer.ts';
import { duckdbRowEncoder } from '../adapters/duckdb/row-encoder.ts';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import { processFolder } from '../adapters/embedded/process-folder.ts';
import type { HourOfTable } from '../derive/table-partition.ts';
import { type CompactionCounts, type CompactionRequest, compactTables } from '../pipeline/compact/compact-tables.ts';
import type { TableToCompact } from '../pipeline/compact/table-to-compact.ts';
import type { Clock } from '../pipeline/ports.ts';
import { repairHour } from '../pipeline/repair/repair-hour.ts';
import type { Settings } from '../settings.ts';
import type { DataFolder } from './folder/data-folder.ts';

export interface LocalCompactionOptions {
  readonly folder: DataFolder;
  readonly settings: Pick<Settings, 'compactMemoryMegabytes' | 'keepGenerationsHours'>;
  readonly clock: Clock;
}

export interface LocalCompactor {
  compact(request: Omit<CompactionRequest, 'keepMs'>): Promise<CompactionCounts>;
  repairHour(table: TableToCompact, hour: HourOfTable): Promise<void>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Seals have no rows. */
const SEAL_MEMORY_MEGABYTES = 64;

/** Compacts a data folder's lake. Safe in several processes at once, and beside a pipeline. */
export async function openCompactor({ folder, settings, clock }: LocalCompactionOptions): Promise<LocalCompactor> {
  const own = await processFolder(folder.compact);
  const store = directoryObjectStore(folder.lake);
  const { compactMemoryMegabytes: memoryMegabytes, keepGenerationsHours } = settings;
  const seals = { dir: join(own.path, 'seals'), memoryMegabytes: SEAL_MEMORY_MEGABYTES, codec: 'snappy' } as const;
  const ports = {
    store,
    catalog: fileCatalog(folder.catalog),
    encoder: duckdbRowEncoder(seals),
    parts: duckdbPartWriter({ store, dir: join(own.path, 'parts'), memoryMegabytes }),
    clock,
    newWriteId: randomUUID,
  };
  return {
    compact: (request) => compactTables(ports, { ...request, keepMs: keepGenerationsHours * HOUR_MS }),
    repairHour: (table, hour) => repairHour(ports, table, hour),
    close: own.remove,
  };
}
