import { systemClock } from '../../lib/adapters/system-clock.ts';
import { auditFolder } from '../../lib/local/audit-folder.ts';
import { type LocalCompactor, openCompactor } from '../../lib/local/compaction.ts';
import { count } from '../../lib/local/display/status-lines.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
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
  const { findings, hours } = await look();
  if (signal.aborted) return interrupted();
  const repairable = findings.filter(({ repair }) => repair !== undefined);
  for (const finding of findings) process.stdout.write(`${findingText(finding)}\n  ${doText(finding)}\n`);
  const found = `${hoursChecked(hours)}, ${findingsText(findings.length)}`;
  if (!options.apply || repairable.length === 0) {
    const hint = repairable.length === 0 ? '' : `; weir repair --apply repairs ${count(repairable.length)}`;
    process.stdout.write(`${found}${hint}\n`);
    return findings.length === 0 ? 0 : 1;
  }
  const compactor = await openCompactor(given);
  try {
    await repairHours(compactor, tablesToCompact(contracts), repairable, signal);
  } finally {
    await compactor.close();
  }
  if (signal.aborted) return interrupted();
  const left = (await look()).findings;
  for (const finding of left) process.stdout.write(`left: ${findingText(finding)}\n`);
  process.stdout.write(`${found}, ${count(left.length)} left after the repair\n`);
  return left.length === 0 && !signal.aborted ? 0 : 1;
}

function interrupted(): number {
  process.stdout.write('interrupted, run it again to continue\n');
  return 1;
}

function doText({ repair, remedy }: Finding): string {
  return repair === undefined ? `to do: ${remedy}` : `repair: ${repair}`;
}

/** Repairs each hour of a table once, whatever the number of findings. A failed repair does not stop the others. */
async function repairHours(
  compactor: Pick<LocalCompactor, 'repairHour'>,
  tables: ReturnType<typeof tablesToCompact>,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<void> {
  const done = new Set<string>();
  for (const { table: name, hour } of findings) {
    const place = `${name} ${hourText(hour)}`;
    const table = tables.find(({ table: { database, table } }) => `${database}.${table}` === name);
    if (signal.aborted || table === undefined || done.has(place)) continue;
    done.add(place);
    try {
      await compactor.repairHour(table, hour);
    } catch (error) {
      // The audit that follows names what is left.
      process.stderr.write(`weir repair: ${place}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
