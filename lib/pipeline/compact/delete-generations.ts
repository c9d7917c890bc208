import { type HourOfTable, hourFolder, partitionLocation } from '../../derive/table-partition.ts';
import type { ObjectRemover, ObjectStore } from '../ports.ts';
import { readBackAtMs, type SwapPorts } from './swap.ts';
import type { TableToCompact } from './table-to-compact.ts';

/**
 * Deletes the generations that no reader can still be using: those before the complete one, once readers have been
 * directed to that one for `keepMs`. An interrupted deletion is completed the next time.
 * @returns the number of deleted objects.
 */
export async function deleteOldGenerations(
  ports: SwapPorts & { readonly store: ObjectStore & ObjectRemover },
  table: TableToCompact,
  hour: HourOfTable,
  { complete, keepMs }: { readonly complete: number; readonly keepMs: number },
): Promise<number> {
  if (complete === 0) return 0;
  const { store, clock } = ports;
  const folders = await store.listFolders(hourFolder(table.table, hour));
  const old = folders
    .filter((name) => /^g=\d+$/.test(name))
    .map((name) => Number(name.slice(2)))
    .filter((generation) => generation < complete);
  if (old.length === 0) return 0;
  const readAtMs = await readBackAtMs(ports, table, hour, complete);
  if (readAtMs === null || clock.now() - readAtMs < keepMs) return 0;
  let deleted = 0;
  for (const generation of old) {
    for (const key of await store.list(partitionLocation(table.table, hour, generation))) {
      await store.remove(key);
      deleted++;
    }
  }
  return deleted;
}
