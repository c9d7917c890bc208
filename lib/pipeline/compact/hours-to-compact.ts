import { type HourOfTable, hourOf } from '../../derive/table-partition.ts';
import { changedHours } from '../changed-hours.ts';
import { lakeHours } from '../lake-hours.ts';
import type { Clock, ObjectStore } from '../ports.ts';
import { hoursBetween, hourText, lastHours, startMs } from '../transform/hours.ts';
import type { TableToCompact } from './table-to-compact.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Between the first look at a day and the next: hours that have just ended. What else is to be done can wait for the
 * day's.
 */
const RECENT_HOURS = 6;

/** Late rows of a younger hour are not noted as changes, and wait for a day. */
const LATE_MS = 2 * DAY_MS;

/** `compacted/2026-11-28`: all hours that could have something to do had been looked at, on that day, UTC. */
const LOOKED_AT = 'compacted/';
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

interface LookPorts {
  readonly store: Pick<ObjectStore, 'list' | 'listFolders' | 'putIfAbsent'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface HoursToLookAt {
  /** Ascending. A table may not have all of them. */
  readonly of: (table: TableToCompact) => Promise<readonly HourOfTable[]>;
  /** To be called once all of them, of every table, have been checked. */
  readonly noteDone: () => Promise<void>;
}

/**
 * The hours in which a compaction, or the deletion of an old generation, may be due. The first look at a day is at
 * those that have ended, and those that are noted as changed, since the day of the last such look, and for as long
 * before as old generations are kept; where there was none, at every hour of the lake. Later looks are at the last
 * hours, and at what is noted on the day. So what a look costs follows from what happens, not from how many hours there
 * ever were.
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
