import { systemClock } from '../../lib/adapters/system-clock.ts';
import { hourOf } from '../../lib/derive/table-partition.ts';
import { openCompactor } from '../../lib/local/compaction.ts';
import { count } from '../../lib/local/display/status-lines.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { failureLines } from '../../lib/local/keep-compacted.ts';
import type { CompactionCounts, HourSpan } from '../../lib/pipeline/compact/compact-tables.ts';
import type { NotDue } from '../../lib/pipeline/compact/due.ts';
import { type TableToCompact, tablesToCompact } from '../../lib/pipeline/compact/table-to-compact.ts';
import { hourText } from '../../lib/pipeline/transform/hours.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { givenSpan } from '../hour-options.ts';
import { interruptible } from '../interrupt.ts';
import { hoursProgress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';
import { UsageError } from '../usage-error.ts';

export interface CompactOptions extends Partial<Settings> {
  readonly table?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `weir compact`. Returns the exit code: 1 if an hour could not be compacted. @throws UsageError */
export async function runCompact(project: LocatedProject, options: CompactOptions): Promise<number> {
  const settings = effectiveSettings(options, project.contracts);
  const tables = givenTables(tablesToCompact(project.contracts), options.table);
  const span = spanOf(options);
  const compactor = await openCompactor({ folder: dataFolder(settings.dataDir), settings, clock: systemClock });
  const signal = interruptible();
  const { onProgress, end } = hoursProgress(process.stderr, systemClock.now);
  try {
    const counts = await compactor.compact({ tables, ...(span && { span }), onProgress, signal });
    end();
    for (const line of failureLines(counts.failures)) process.stderr.write(`weir: ${line}\n`);
    process.stdout.write(`${compactionLine(counts, span !== undefined, signal.aborted)}\n`);
    return counts.failures.length === 0 ? 0 : 1;
  } finally {
    end();
    await compactor.close();
  }
}

function givenTables(tables: readonly TableToCompact[], name: string | undefined): readonly TableToCompact[] {
  if (name === undefined) return tables;
  const nameOf = ({ table }: TableToCompact) => `${table.database}.${table.table}`;
  const found = tables.filter((table) => nameOf(table) === name);
  if (found.length > 0) return found;
  throw new UsageError(`--table: expected one of ${tables.map(nameOf).join(', ')}, found "${name}"`);
}

/** With only a table given, all of its hours; without any option, undefined: whatever is due. */
function spanOf({ table, from, to }: CompactOptions): HourSpan | undefined {
  if (table === undefined && from === undefined && to === undefined) return undefined;
  const nowMs = systemClock.now();
  return givenSpan(from ?? hourText(hourOf(0)), to ?? hourText(hourOf(nowMs)), nowMs);
}

const REASONS: Readonly<Record<NotDue, string>> = {
  open: 'open, or closed for less than 15 minutes',
  producers_timestamps: 'cannot be known to be complete, because producers set the timestamps (CreateTime)',
  few_objects: 'already at most one object with rows',
  no_late_rows: 'compacted before',
  few_late_rows: 'compacted before, with few late rows, which are merged the next day',
  compacted_just_now: 'compacted less than an hour ago, with late rows, which are merged later',
};

function compactionLine(counts: CompactionCounts, saysWhy: boolean, isInterrupted: boolean): string {
  const { hours, objectsBefore, objectsAfter, deleted, left } = counts;
  const found = `${hoursText(hours)} compacted`;
  const objects = hours === 0 ? '' : `, ${count(objectsBefore)} objects → ${count(objectsAfter)}`;
  const old = deleted === 0 ? '' : `, ${count(deleted)} old objects deleted`;
  const reasons = [...left].map(([why, leftHours]) => `; ${hoursText(leftHours)} left: ${REASONS[why]}`);
  const end = isInterrupted ? '; interrupted, run it again to continue' : '';
  return `${found}${objects}${old}${saysWhy ? reasons.join('') : ''}${end}`;
}

const hoursText = (hours: number) => `${count(hours)} ${hours === 1 ? 'hour' : 'hours'}`;
