import type { TableName } from '../../derive/names.ts';
import { type HourOfTable, hourFolder, partitionLocation } from '../../derive/table-partition.ts';
import { changeNotes } from '../changed-hours.ts';
import { compactKey } from '../generation.ts';
import type { Catalog, Clock, ObjectStore } from '../ports.ts';
import { hourText } from '../transform/hours.ts';
import { HourNotCompactedError } from './hour-not-compacted-error.ts';
import type { TableToCompact } from './table-to-compact.ts';

export interface SwapPorts {
  readonly store: Pick<ObjectStore, 'putIfAbsent' | 'list' | 'readTail'>;
  readonly catalog: Pick<Catalog, 'register' | 'partition'>;
  readonly clock: Clock;
}

/**
 * Directs readers to a complete generation, under every name of the table, and notes when reading the catalogue back
 * confirmed it. A catalogue without compare-and-set may have been moved back by a process that was frozen: then it is
 * moved and noted again.
 */
export async function moveForward(
  ports: SwapPorts,
  { table, names }: TableToCompact,
  hour: HourOfTable,
  generation: number,
): Promise<void> {
  if (generation === 0) return;
  const { store, catalog, clock } = ports;
  const location = partitionLocation(table, hour, generation);
  const noteChange = changeNotes({ store, clock });
  let moved = false;
  for (const name of names) {
    if (await isAt(ports, { table, name }, hour, generation)) continue;
    await noteChange(hour);
    await catalog.register(name, { ...hour, generation, location });
    moved = true;
    if (!(await isAt(ports, { table, name }, hour, generation))) {
      throw new Error(
        `${name.database}.${name.table}: expected the catalogue at ${location}, found it moved back; run it again`,
      );
    }
  }
  const notes = await store.list(notesPrefix(table, hour, generation));
  if (!moved && notes.length > 0) return;
  for (let number = notes.length; ; number++) {
    const key = `${notesPrefix(table, hour, generation)}${String(number).padStart(6, '0')}.json`;
    const body = Buffer.from(JSON.stringify({ readAtMs: clock.now() }));
    if ((await store.putIfAbsent(key, body, {})) === 'created') return;
  }
}

/** @throws HourNotCompactedError if readers are directed to a generation that no compaction has completed. */
async function isAt(
  { store, catalog }: Pick<SwapPorts, 'store' | 'catalog'>,
  { table, name }: { readonly table: TableName; readonly name: TableName },
  hour: HourOfTable,
  generation: number,
): Promise<boolean> {
  const found = await catalog.partition(name, hour);
  if (found === undefined) return false;
  const isOwn = found.location === partitionLocation(table, hour, found.generation);
  // A later generation belongs to another compactor, which has just completed it.
  const compact = compactKey(table, hour, found.generation);
  const isComplete = found.generation <= generation || (await store.list(compact)).includes(compact);
  if (isOwn && isComplete) return found.generation >= generation;
  throw new HourNotCompactedError(
    `${name.database}.${name.table} ${hourText(hour)}: the catalogue shows readers ${found.location}, where no compaction has ` +
      `sent them; set it to ${partitionLocation(table, hour, generation)}, or delete the entry, and run weir compact again`,
  );
}

/** Outside the tables: `generations/shop_purchases/dt=2026-01-31/hour=13/g=1/000000.json`. */
function notesPrefix(table: TableName, hour: HourOfTable, generation: number): string {
  return `generations/${hourFolder(table, hour)}g=${generation}/`;
}

const MAX_NOTE_BYTES = 1024;

/**
 * When the catalogue was last confirmed to direct readers to the generation under all names; null if it does not, or no
 * process has noted it.
 */
export async function readBackAtMs(
  ports: Pick<SwapPorts, 'store' | 'catalog'>,
  { table, names }: TableToCompact,
  hour: HourOfTable,
  generation: number,
): Promise<number | null> {
  for (const name of names) if (!(await isAt(ports, { table, name }, hour, generation))) return null;
  const newest = (await ports.store.list(notesPrefix(table, hour, generation))).at(-1);
  if (newest === undefined) return null;
  const { bytes } = await ports.store.readTail(newest, MAX_NOTE_BYTES);
  return (JSON.parse(Buffer.from(bytes).toString()) as { readonly readAtMs: number }).readAtMs;
}
