import { duckdbRowPositions } from '../adapters/duckdb/row-positions.ts';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import { lakeTable } from '../derive/names.ts';
import { meteredStreams } from '../derive/topic-readers.ts';
import { type AuditReport, type AuditRequest, audit } from '../pipeline/audit/audit.ts';
import { auditLive } from '../pipeline/audit/audit-live.ts';
import type { Finding } from '../pipeline/audit/finding.ts';
import { MetricStoreUnavailableError } from '../pipeline/metric-store.ts';
import type { Clock } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';
import { type FillOptions, fillDeps } from './fill-metrics.ts';
import type { DataFolder } from './folder/data-folder.ts';
import { type LiveMetrics, type LiveMetricsOptions, readLiveMetrics } from './live-metrics.ts';
import { countedShards } from './recount-metrics.ts';

interface FolderToAudit {
  readonly folder: DataFolder;
  readonly settings: Pick<Settings, 'topics'> & FillOptions['settings'] & LiveMetricsOptions['settings'];
  readonly clock: Clock;
}

export interface FolderReport extends AuditReport {
  /** Why live metrics could not be read; null if they were read, or if only some hours were requested. */
  readonly unread: string | null;
}

/**
 * Audits a data folder's lake, and its live metrics unless only some hours are requested. Safe beside other processes.
 * The metrics of a table with findings are not audited until the table is repaired.
 */
export async function auditFolder(given: FolderToAudit, request: AuditRequest): Promise<FolderReport> {
  const { folder, settings, clock } = given;
  const ports = {
    store: directoryObjectStore(folder.lake),
    catalog: fileCatalog(folder.catalog),
    rows: duckdbRowPositions({ lakeDir: folder.lake, memoryMegabytes: settings.warehouseMemoryMegabytes }),
    clock,
  };
  const report = await audit(ports, request);
  const { from, to } = request.span ?? {};
  if (from !== undefined || to !== undefined) return { ...report, unread: null };
  const live = await readLiveMetrics({ ...given, contracts: request.contracts });
  try {
    const ofLive = await liveFindings(given, request, live, report.findings);
    return { ...report, findings: [...report.findings, ...ofLive], unread: null };
  } catch (error) {
    if (!(error instanceof MetricStoreUnavailableError)) throw error;
    return { ...report, unread: error.message };
  } finally {
    await live.store.close();
  }
}

async function liveFindings(
  given: FolderToAudit,
  { contracts, stream, signal }: AuditRequest,
  live: LiveMetrics,
  ofLake: readonly Finding[],
): Promise<readonly Finding[]> {
  const deps = { ...fillDeps({ ...given, contracts }, live), metrics: live.store, clock: given.clock };
  const found: Finding[] = [];
  for (const contract of meteredStreams(contracts)) {
    const { database, table } = lakeTable(contract);
    const isWanted = stream === undefined || contract.name === stream;
    if (!isWanted || ofLake.some((finding) => finding.table === `${database}.${table}`)) continue;
    for (const shard of await countedShards(contract, live, given.settings)) {
      if (signal?.aborted) return found;
      found.push(...(await auditLive(deps, shard)));
    }
  }
  return found;
}
