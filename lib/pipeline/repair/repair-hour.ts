import { type HourOfTable, partitionLocation } from '../../derive/table-partition.ts';
import { changeNotes } from '../changed-hours.ts';
import { type CompactPorts, compactHour } from '../compact/compact-hour.ts';
import { moveForward } from '../compact/swap.ts';
import type { TableToCompact } from '../compact/table-to-compact.ts';
import { findGenerations } from '../generation.ts';

/**
 * Has readers see what the hour's objects say: registers the hour under every name of the table, moves its location forward, and
 * finishes a compaction that has begun; begins none, and deletes nothing. It may be run beside everything else, twice, and be killed.
 * @throws HourNotCompactedError; DamagedObjectError naming the object that is cut or gone.
 */
export async function repairHour(ports: CompactPorts, table: TableToCompact, hour: HourOfTable): Promise<void> {
  const { complete, begun } = await findGenerations(ports.store, table.table, hour);
  if (complete === 0) await registerFirst(ports, table, hour);
  if (begun === complete) return moveForward(ports, table, hour, complete);
  await compactHour(ports, table, hour, { notDue: () => 'open', keepMs: Number.POSITIVE_INFINITY });
}

/** An hour that no compaction has met yet. What another process has moved meanwhile stays where it is. */
async function registerFirst(ports: CompactPorts, { table, names }: TableToCompact, hour: HourOfTable): Promise<void> {
  const location = partitionLocation(table, hour, 0);
  for (const name of names) {
    if ((await ports.catalog.partition(name, hour)) !== undefined) continue;
    await changeNotes(ports)(hour);
    await ports.catalog.register(name, { ...hour, generation: 0, location });
  }
}
