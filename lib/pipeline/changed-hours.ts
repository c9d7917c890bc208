import type { HourOfTable } from '../derive/table-partition.ts';
import type { Clock, ObjectStore } from './ports.ts';
import { hourEnd, hourText, parseHour } from './transform/hours.ts';

const DAY_MS = 24 * 3_600_000;

/** Notes remembered, so that each hour is noted once a day: far above the old hours that one process writes to in a day. */
const MAX_REMEMBERED = 16_384;

/**
 * Where it is noted that an hour changes which is over for a day or more: `changed/2026-11-27/2026-01-31T13`, by the day of
 * writing, UTC. Whoever only reads what is new would not look at such an hour.
 */
const folderOf = (ms: number) => `changed/${new Date(ms).toISOString().slice(0, 10)}/`;

/**
 * Notes hours that are about to change. To be called, and waited for, before the first effect in an hour: an object, a
 * registration, a location that moves. It writes nothing for an hour that is younger than a day, which readers look at anyway.
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

/** Notes that an hour, be it a young one, is to be looked at. */
export async function noteHour(
  store: Pick<ObjectStore, 'putIfAbsent'>,
  nowMs: number,
  hour: HourOfTable,
): Promise<void> {
  await store.putIfAbsent(`${folderOf(nowMs)}${hourText(hour)}`, Buffer.from(`${hourText(hour)}\n`), {});
}

/** The hours that were noted on the day before that of `sinceMs`, or later. What writers' clocks differ by is in that day. */
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
