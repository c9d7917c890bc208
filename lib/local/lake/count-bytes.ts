import pLimit from 'p-limit';
import { parseSlotName } from '../../pipeline/slot.ts';
import { bytesOf, chainName, type HourObjects, type HourStore } from './hour-objects.ts';

/** The bytes of an hour's generation, and which objects they are of. */
export interface CountedBytes {
  readonly generation: number;
  /** Null if an object was deleted in the meantime. */
  readonly bytes: number | null;
  /** The newest slot counted of each chain. */
  readonly slots: ReadonlyMap<string, number>;
}

const READ_AT_ONCE = 16;

/** Reads the sizes of the objects that are new since `before`: an open hour may have thousands. */
export async function countBytes(
  store: Pick<HourStore, 'readTail'>,
  { keys, current }: HourObjects,
  before?: CountedBytes,
): Promise<CountedBytes> {
  const base = before?.generation === current && before.bytes !== null ? before : null;
  const slots = new Map(base?.slots);
  const fresh = keys.filter((key) => {
    const slot = parseSlotName(key.slice(key.lastIndexOf('/') + 1));
    // The parts of a compaction are complete before the first look at their generation.
    if (slot === undefined) return base === null;
    const chain = chainName(slot);
    if (slot.slot <= (base?.slots.get(chain) ?? -1)) return false;
    slots.set(chain, Math.max(slot.slot, slots.get(chain) ?? 0));
    return true;
  });
  const sizes = await pLimit(READ_AT_ONCE).map(fresh, (key) => bytesOf(store, key));
  const isWhole = sizes.every((size) => size !== undefined);
  const bytes = isWhole ? sizes.reduce((sum, size) => sum + size, base?.bytes ?? 0) : null;
  return { generation: current, bytes, slots };
}
