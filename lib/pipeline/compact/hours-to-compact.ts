import { type HourOfTable, hourOf } from '../../derive/table-partition.ts';
import { changedHours } from '../changed-hours.ts';
import { lakeHours } from '../lake-hours.ts';
import type { Clock, ObjectStore } from '../ports.ts';
import { hoursBetween, hourText, lastHours, startMs } from '../transform/hours.ts';
import type { TableToCompact } from './table-to-compact.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Later checks of a day cover only the hours that have just ended. Other work can wait for the daily check. */
const RECENT_HOURS = 6;

/** Late rows of younger hours are not noted as changes, and wait for a day. */
const LATE_MS = 2 * DAY_MS;

/** `compacted/2026-11-28`: on that day, UTC, all hours with possible work were checked. */
const LOOKED_AT = 'compacted/';
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

interface LookPorts {
  readonly store: Pick<ObjectStore, 'list' | 'listFolders' | 'putIfAbsent'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface HoursToLookAt {
  /** Ascending. A table may lack some of them. */
  readonly of: (table: TableToCompact) => Promise<readonly HourOfTable[]>;
  /** Must be called once all of them, of every table, have been checked. */
  readonly noteDone: () => Promise<void>;
}

/**
 * Returns the hours in which a compaction, or the deletion of an old generation, may be due. The first check of a day
 * covers the hours that have ended or are noted as changed since the day of the last such check, and also for as long
 * before as old generations are kept; without a last check, every hour of the lake. Later checks cover the last hours,
 * and those noted on the day. So the cost of a check depends on what happens, not on the total number of hours.
 */
export async function hoursToLookAt({ store, clock }: LookPorts, keepMs: number): Promise<HoursToLookAt> {
  const nowMs = clock.now();
  const today = dayOf(nowMs);
  const noteDone = async () => {
    await store.putIfAbsent(`${LOOKED_AT}${today}`, Buffer.from(`${new Date(nowMs).toISOString()}\n`), {});
  };
  const last = (await store.list(LOOKED_AT)).at(-1)?.slice(LOOKED_AT.length);
  if (last === undefined) return { of: (table) => allHours(store, table), noteDone };
  const isFirst = last < today;
  const sinceMs = Math.min(Date.parse(last), nowMs) - (isFirst ? keepMs + LATE_MS : 0);
  const ended = isFirst ? hoursBetween(hourOf(sinceMs), hourOf(nowMs)) : lastHours(nowMs, RECENT_HOURS);
  const hours = ascending([...ended, ...(await changedHours({ store, clock }, sinceMs))]);
  return { of: async () => hours, noteDone };
}

async function allHours(store: LookPorts['store'], { table }: TableToCompact): Promise<readonly HourOfTable[]> {
  const hours: HourOfTable[] = [];
  for await (const hour of lakeHours(store, table)) hours.push(hour);
  return hours.reverse();
}

function ascending(hours: readonly HourOfTable[]): readonly HourOfTable[] {
  const distinct = new Map(hours.map((hour) => [hourText(hour), hour]));
  return [...distinct.values()].sort((left, right) => startMs(left) - startMs(right));
}
