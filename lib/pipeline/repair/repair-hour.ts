import { type HourOfTable, partitionLocation } from '../../derive/table-partition.ts';
import { changeNotes } from '../changed-hours.ts';
import { type CompactPorts, compactHour } from '../compact/compact-hour.ts';
import { moveForward } from '../compact/swap.ts';
import type { TableToCompact } from '../compact/table-to-compact.ts';
import { findGenerations } from '../generation.ts';

/**
 * Makes all rows of the hour's objects visible to readers: registers the hour under every name of the table, moves its
 * location forward, and finishes a compaction that has begun. It begins no compaction and deletes nothing. It may run
 * alongside everything else, twice, and be killed.
 * @throws HourNotCompactedError; DamagedObjectError naming the object that is truncated or missing.
 */
export async function repairHour(ports: CompactPorts, table: TableToCompact, hour: HourOfTable): Promise<void> {
  const { complete, begun } = await findGenerations(ports.store, table.table, hour);
  if (complete === 0) await registerFirst(ports, table, hour);
  if (begun === complete) return moveForward(ports, table, hour, complete);
  await compactHour(ports, table, hour, { notDue: () => 'open', keepMs: Number.POSITIVE_INFINITY });
}

/** Registers an hour that has not been compacted yet. A location that another process has moved since stays. */
async function registerFirst(ports: CompactPorts, { table, names }: TableToCompact, hour: HourOfTable): Promise<void> {
  const location = partitionLocation(table, hour, 0);
  for (const name of names) {
    if ((await ports.catalog.partition(name, hour)) !== undefined) continue;
    await changeNotes(ports)(hour);
    await ports.catalog.register(name, { ...hour, generation: 0, location });
  }
}
