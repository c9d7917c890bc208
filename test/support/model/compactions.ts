import type { TableName } from '../../../lib/derive/names.ts';
import type { HourOfTable } from '../../../lib/derive/table-partition.ts';
import type { CompactPorts, compactHour } from '../../../lib/pipeline/compact/compact-hour.ts';
import type { TableToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import type { Random } from '../random.ts';
import { registrationKey, visibleRows, type World } from './world.ts';

export type CompactHour = typeof compactHour;

const HOUR_MS = 3_600_000;
/** How long the model keeps generations. */
export const KEEP_MS = 24 * HOUR_MS;
/** Compactors differ in their part size: objects of the model have one byte. */
const LIMITS = [1, 2, 100].map((maxPartBytes) => ({ maxPartBytes }));

/** Compacts the hour if that is allowed at all. */
export function compactNow(
  compact: CompactHour,
  ports: CompactPorts,
  table: TableToCompact,
  hour: HourOfTable,
  choices: Random,
) {
  return compact(ports, table, hour, {
    notDue: ({ readBackAtMs, nowMs }) =>
      readBackAtMs === null || nowMs - readBackAtMs >= HOUR_MS ? null : 'compacted_just_now',
    keepMs: KEEP_MS,
    limits: choices.pick(LIMITS),
  });
}

/** Finishes compactions that others have started, and starts none. */
export function finishCompaction(compact: CompactHour, ports: CompactPorts, table: TableToCompact, hour: HourOfTable) {
  return compact(ports, table, hour, { notDue: () => 'open', keepMs: KEEP_MS });
}

/** A plain reader at random moments: sees no position twice, and never loses one that was there before. */
export function observer(world: World, tables: readonly TableName[]) {
  const seen = new Map<string, Set<string>>();
  let looked = -1;
  return (): readonly string[] => {
    if (looked === world.changes) return [];
    looked = world.changes;
    return tables.flatMap((table) => {
      const name = `${table.database}.${table.table}`;
      const found = visibleRows(world, table).map(
        ({ kafkaPartition, offset, source }) =>
          `${kafkaPartition}/${offset < 0 ? `source ${source?.offset}.${source?.ordinal}` : offset}`,
      );
      const now = new Set(found);
      const before = seen.get(name) ?? new Set();
      seen.set(name, now);
      const gone = [...before].filter((position) => !now.has(position));
      return [
        ...(now.size < found.length ? [`a reader of ${name} sees positions twice`] : []),
        ...gone.map((position) => `a reader of ${name} does not see ${position} any more`),
      ];
    });
  };
}

/** The hours of a table, in the catalogue or as objects. */
export function hoursOf(world: World, { table }: TableName): readonly HourOfTable[] {
  const hours = new Map<string, HourOfTable>();
  for (const key of world.objects.keys()) {
    const [, dt, hour] = new RegExp(`^${table}/dt=([^/]+)/hour=(\\d+)/`).exec(key) ?? [];
    if (dt !== undefined) hours.set(`${dt} ${hour}`, { dt, hour: Number(hour) });
  }
  return [...hours.values()];
}

/** Whether readers under different names of the table see different locations. */
export function divided(world: World, { names }: TableToCompact, hours: readonly HourOfTable[]): readonly string[] {
  return hours.flatMap((hour) => {
    const locations = new Set(names.map((name) => world.registered.get(registrationKey(name, hour))?.location));
    return locations.size === 1 ? [] : [`the names of a table differ on ${hour.dt} ${hour.hour}`];
  });
}
