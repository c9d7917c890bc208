import type { HourOfTable } from '../../derive/table-partition.ts';
import { noteHour } from '../changed-hours.ts';
import { lakeHours } from '../lake-hours.ts';
import { startMs } from '../transform/hours.ts';
import { type CompactHourOptions, type CompactPorts, compactHour, type HourOutcome } from './compact-hour.ts';
import { type NotDue, notDue, settledAtMs } from './due.ts';
import { type HoursToLookAt, hoursToLookAt } from './hours-to-compact.ts';
import type { TableToCompact } from './table-to-compact.ts';

/** Hours, both inclusive. */
export interface HourSpan {
  readonly from: HourOfTable;
  readonly to: HourOfTable;
}

export interface CompactionRequest extends Pick<CompactHourOptions, 'keepMs' | 'limits'> {
  readonly tables: readonly TableToCompact[];
  /** Whether old generations are kept, whatever their age. */
  readonly keepsOld?: boolean;
  /** By default, the hours in which something may be due. */
  readonly span?: HourSpan;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  /** Ends the run before the next hour. */
  readonly signal?: AbortSignal;
}

interface FailedHour {
  /** `lake.shop_purchases` */
  readonly table: string;
  readonly hour: HourOfTable;
  readonly message: string;
}

export interface CompactionCounts {
  /** The number of hours of tables that this run compacted. */
  readonly hours: number;
  /** The number of objects with their rows before and after. */
  readonly objectsBefore: number;
  readonly objectsAfter: number;
  /** Objects of old generations that were deleted. */
  readonly deleted: number;
  /** The number of hours left unchanged, by reason. */
  readonly left: ReadonlyMap<NotDue, number>;
  readonly failures: readonly FailedHour[];
}

/** After this many failures, the cause is not the hours: the store or catalogue cannot be reached. */
const MAX_FAILURES_IN_A_ROW = 10;

/**
 * Compacts what is due, hour by hour of each table. An hour that cannot be compacted is reported, and the others are
 * still compacted. An interrupted run can simply be repeated.
 */
export async function compactTables(ports: CompactPorts, request: CompactionRequest): Promise<CompactionCounts> {
  const { span, keepMs, limits, signal, keepsOld = false } = request;
  const options = { notDue, keepMs: keepsOld ? Number.POSITIVE_INFINITY : keepMs, ...(limits && { limits }) };
  const look = span === undefined ? await hoursToLookAt(ports, keepMs) : hoursOfSpan(ports, span);
  const work = await workOf(request.tables, look);
  const counts = { hours: 0, objectsBefore: 0, objectsAfter: 0, deleted: 0 };
  const left = new Map<NotDue, number>();
  const failures: FailedHour[] = [];
  let failedInARow = 0;
  for (const [index, { table, hour }] of work.entries()) {
    if (signal?.aborted || failedInARow === MAX_FAILURES_IN_A_ROW) return { ...counts, left, failures };
    try {
      const outcome = await compactOrLeave(ports, table, hour, options);
      counts.deleted += outcome.deleted;
      if (outcome.notDue === null) {
        counts.hours++;
        counts.objectsBefore += outcome.objectsBefore;
        counts.objectsAfter += outcome.objectsAfter;
      } else left.set(outcome.notDue, (left.get(outcome.notDue) ?? 0) + 1);
      failedInARow = 0;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push({ table: `${table.table.database}.${table.table.table}`, hour, message });
      failedInARow++;
    }
    request.onProgress?.({ done: index + 1, of: work.length });
  }
  // If expired generations were kept, their hours must be checked again.
  if (!keepsOld) await noteDone(ports, look, failures);
  return { ...counts, left, failures };
}

interface HourToCompact {
  readonly table: TableToCompact;
  readonly hour: HourOfTable;
}

async function workOf(tables: readonly TableToCompact[], look: HoursToLookAt): Promise<readonly HourToCompact[]> {
  const work: HourToCompact[] = [];
  for (const table of tables) for (const hour of await look.of(table)) work.push({ table, hour });
  return work;
}

/** Open hours are not read, because they have many objects and are checked often. */
async function compactOrLeave(
  ports: CompactPorts,
  table: TableToCompact,
  hour: HourOfTable,
  options: CompactHourOptions,
): Promise<HourOutcome> {
  if (ports.clock.now() >= settledAtMs(hour)) return compactHour(ports, table, hour, options);
  return { objectsBefore: 0, objectsAfter: 0, notDue: 'open', deleted: 0 };
}

/** Failed hours are checked again, as if they had changed. */
async function noteDone({ store, clock }: CompactPorts, look: HoursToLookAt, failures: readonly FailedHour[]) {
  for (const { hour } of failures) await noteHour(store, clock.now(), hour);
  await look.noteDone();
}

/** The hours of the span that a table has. They do not show what else may be due. */
function hoursOfSpan({ store }: CompactPorts, { from, to }: HourSpan): HoursToLookAt {
  return {
    async of({ table }) {
      const hours: HourOfTable[] = [];
      for await (const hour of lakeHours(store, table)) {
        if (startMs(hour) >= startMs(from) && startMs(hour) <= startMs(to)) hours.push(hour);
      }
      return hours.reverse();
    },
    noteDone: async () => undefined,
  };
}
