import { systemClock } from '../../lib/adapters/system-clock.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import { lakeTable, type TableName } from '../../lib/derive/names.ts';
import { auditFolder } from '../../lib/local/audit-folder.ts';
import { type LocalCompactionOptions, openCompactor } from '../../lib/local/compaction.ts';
import { count } from '../../lib/local/display/status-lines.ts';
import { type FillOptions, fillDeps } from '../../lib/local/fill-metrics.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { type LiveMetricsOptions, openLiveMetrics } from '../../lib/local/live-metrics.ts';
import { rebuildStream } from '../../lib/local/recount-metrics.ts';
import type { Finding } from '../../lib/pipeline/audit/finding.ts';
import { tablesToCompact } from '../../lib/pipeline/compact/table-to-compact.ts';
import { hourText } from '../../lib/pipeline/transform/hours.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { interruptible } from '../interrupt.ts';
import { hoursProgress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';
import { type AuditSelection, auditSelection } from './audit.ts';
import { findingsText, findingText, hoursChecked } from './finding-text.ts';

export interface RepairOptions extends Partial<Settings>, AuditSelection {
  readonly apply?: boolean;
}

/**
 * `weir repair`: audits, and prints for each finding the repair, or what an operator has to do; with `--apply` it
 * repairs, and audits again. Returns the exit code: 1 if findings are left. @throws UsageError
 */
export async function runRepair({ contracts }: LocatedProject, options: RepairOptions): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  const given = { folder: dataFolder(settings.dataDir), settings, clock: systemClock };
  const request = { contracts, ...auditSelection(contracts, options) };
  const signal = interruptible();
  const look = async () => {
    const { onProgress, end } = hoursProgress(process.stderr, systemClock.now);
    try {
      return await auditFolder(given, { ...request, onProgress, signal });
    } finally {
      end();
    }
  };
  const { findings, hours, unread } = await look();
  if (signal.aborted) return interrupted();
  if (unread !== null) process.stderr.write(`weir repair: live metrics could not be read: ${unread}\n`);
  const repairable = findings.filter(({ repair }) => repair !== undefined);
  for (const finding of findings) process.stdout.write(`${findingText(finding)}\n  ${doText(finding)}\n`);
  const found = `${hoursChecked(hours)}, ${findingsText(findings.length)}`;
  if (!options.apply || repairable.length === 0) {
    const hint = repairable.length === 0 ? '' : `; weir repair --apply repairs ${count(repairable.length)}`;
    process.stdout.write(`${found}${hint}\n`);
    return findings.length === 0 && unread === null ? 0 : 1;
  }
  await repairAll({ ...given, contracts }, repairable, signal);
  if (signal.aborted) return interrupted();
  const { findings: left, unread: leftUnread } = await look();
  for (const finding of left) process.stdout.write(`left: ${findingText(finding)}\n`);
  process.stdout.write(`${found}, ${count(left.length)} left after the repair\n`);
  return left.length === 0 && leftUnread === null && !signal.aborted ? 0 : 1;
}

function interrupted(): number {
  process.stdout.write('interrupted, run it again to continue\n');
  return 1;
}

function doText({ repair, remedy }: Finding): string {
  return repair === undefined ? `to do: ${remedy}` : `repair: ${repair}`;
}

/** Repairs each hour of a table, and the metrics of a stream, once. A failed repair does not stop the others: the next audit reports it. */
async function repairAll(given: RepairIn, findings: readonly Finding[], signal: AbortSignal): Promise<void> {
  const compactor = await openCompactor(given);
  const tables = new Map(tablesToCompact(given.contracts).map((table) => [nameOf(table.table), table]));
  const streams = new Map(given.contracts.map((contract) => [nameOf(lakeTable(contract)), contract]));
  const done = new Set<string>();
  try {
    for (const { table: name, hour } of findings) {
      const place = hour === null ? name : `${name} ${hourText(hour)}`;
      if (signal.aborted || done.has(place)) continue;
      done.add(place);
      const [table, contract] = [tables.get(name), streams.get(name)];
      try {
        if (hour !== null && table !== undefined) await compactor.repairHour(table, hour);
        if (hour === null && contract !== undefined) await rebuildMetricsOf(given, contract);
      } catch (error) {
        process.stderr.write(`weir repair: ${place}: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  } finally {
    await compactor.close();
  }
}

type RepairIn = LocalCompactionOptions & FillOptions & LiveMetricsOptions & { readonly settings: Settings };

async function rebuildMetricsOf(given: RepairIn, contract: Contract): Promise<void> {
  const live = await openLiveMetrics(given);
  try {
    await rebuildStream(fillDeps(given, live), contract, live, given.settings);
  } finally {
    await live.store.close();
  }
}

const nameOf = ({ database, table }: TableName) => `${database}.${table}`;
