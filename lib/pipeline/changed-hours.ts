import type { HourOfTable } from '../derive/table-partition.ts';
import type { Clock, ObjectStore } from './ports.ts';
import { hourEnd, hourText, parseHour } from './transform/hours.ts';

const DAY_MS = 24 * 3_600_000;

/** Notes kept in memory, so that each hour is noted once a day: more than the old hours that one process writes to. */
const MAX_REMEMBERED = 16_384;

/**
 * The folder of notes about changes to hours that ended a day ago or earlier: `changed/2026-11-27/2026-01-31T13`, by
 * the day of writing, UTC. A reader of only recent hours would otherwise miss such an hour.
 */
const folderOf = (ms: number) => `changed/${new Date(ms).toISOString().slice(0, 10)}/`;

/**
 * Notes hours that are about to change. Must be awaited before the first effect in an hour: an object, a registration,
 * a location that moves. Writes nothing for an hour that is less than a day old, which readers check anyway.
 */
export function changeNotes({
  store,
  clock,
}: {
  readonly store: Pick<ObjectStore, 'putIfAbsent'>;
  readonly clock: Clock;
}) {
  const noted = new Set<string>();
  return async (hour: HourOfTable): Promise<void> => {
    const nowMs = clock.now();
    if (nowMs - Date.parse(`${hourEnd(hour).replace(' ', 'T')}Z`) < DAY_MS) return;
    const key = `${folderOf(nowMs)}${hourText(hour)}`;
    if (noted.has(key)) return;
    await noteHour(store, nowMs, hour);
    noted.add(key);
    if (noted.size > MAX_REMEMBERED) noted.delete(noted.values().next().value as string);
  };
}

/** Notes that an hour, even a recent one, must be checked. */
export async function noteHour(
  store: Pick<ObjectStore, 'putIfAbsent'>,
  nowMs: number,
  hour: HourOfTable,
): Promise<void> {
  await store.putIfAbsent(`${folderOf(nowMs)}${hourText(hour)}`, Buffer.from(`${hourText(hour)}\n`), {});
}

/**
 * The hours noted since the day before that of `sinceMs`: the extra day allows for differences between writers' clocks.
 */
export async function changedHours(
  { store, clock }: { readonly store: Pick<ObjectStore, 'list'>; readonly clock: Pick<Clock, 'now'> },
  sinceMs: number,
): Promise<readonly HourOfTable[]> {
  const hours: HourOfTable[] = [];
  for (let ms = sinceMs - DAY_MS; ms < clock.now() + DAY_MS; ms += DAY_MS) {
    const folder = folderOf(ms);
    for (const key of await store.list(folder))
      hours.push(parseHour(key.slice(folder.length), Number.POSITIVE_INFINITY));
  }
  return hours;
}
