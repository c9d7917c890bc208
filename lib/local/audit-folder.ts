import { duckdbRowPositions } from '../adapters/duckdb/row-positions.ts';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import { type AuditReport, type AuditRequest, audit } from '../pipeline/audit/audit.ts';
import type { Clock } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';
import type { DataFolder } from './folder/data-folder.ts';

interface FolderToAudit {
  readonly folder: DataFolder;
  readonly settings: Pick<Settings, 'warehouseMemoryMegabytes'>;
  readonly clock: Clock;
}

/** Audits a data folder's lake, beside whatever else goes on there. */
export function auditFolder({ folder, settings, clock }: FolderToAudit, request: AuditRequest): Promise<AuditReport> {
  const ports = {
    store: directoryObjectStore(folder.lake),
    catalog: fileCatalog(folder.catalog),
    rows: duckdbRowPositions({ lakeDir: folder.lake, memoryMegabytes: settings.warehouseMemoryMegabytes }),
    clock,
  };
  return audit(ports, request);
}
