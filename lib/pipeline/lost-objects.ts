import { type OffsetRanges, subtract } from './offset-ranges.ts';
import { ObjectNotFoundError, type ObjectStore } from './ports.ts';
import { DamagedObjectError, readFacts } from './read-facts.ts';
import { type ChainPlace, type SlotFacts, slotKey } from './slot.ts';

/**
 * Objects of the lake that were deleted, truncated or overwritten. A slot that is not the newest of its chain is only
 * noticed when its verdicts are needed: its offsets stay covered, so nothing is written for them again.
 */
export interface LostObject {
  readonly key: string;
  readonly kafkaPartition: number;
  readonly offsets: OffsetRanges;
  /** The problem and its remedy, in one line. */
  readonly message: string;
}

/** Returns the facts of a slot; undefined if its object is missing or damaged. */
export async function readSlotIfWhole(
  store: ObjectStore,
  chain: ChainPlace,
  generation: number,
  slot: number,
): Promise<SlotFacts | undefined> {
  try {
    return (await readFacts(store, slotKey(chain, generation, slot))) as SlotFacts;
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof DamagedObjectError) return undefined;
    throw error;
  }
}

/**
 * Reports what the slot at `slot` had covered: all that is covered after it, minus what the newest whole slot before it
 * covers.
 */
export async function lostObject(
  store: ObjectStore,
  chain: ChainPlace,
  lost: { readonly generation: number; readonly slot: number; readonly covered: OffsetRanges },
  coveredBefore: OffsetRanges,
): Promise<LostObject> {
  let before = coveredBefore;
  for (let slot = lost.slot - 1; slot >= 0; slot--) {
    const facts = await readSlotIfWhole(store, chain, lost.generation, slot);
    if (facts === undefined) continue;
    before = facts.covered;
    break;
  }
  const key = slotKey(chain, lost.generation, lost.slot);
  const offsets = subtract(lost.covered, before);
  const { kafkaPartition } = chain;
  const named = offsets.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
  const message =
    `${key}: the object is gone or damaged; it had kafka partition ${kafkaPartition}, offsets ${named}: their rows are missing, ` +
    'and so are dead letters of theirs that were not written yet. Put the object back from a copy, if there is one';
  return { key, kafkaPartition, offsets, message };
}

/** Explains why a chain is blocked: its newest object, which records what has been covered, is damaged. */
export function damagedTail(error: unknown, kafkaPartition: number, covered: OffsetRanges): unknown {
  if (!(error instanceof DamagedObjectError)) return error;
  const last = covered.at(-1)?.[1];
  const after = last === undefined ? 'all offsets of this hour' : `the offsets of this hour after ${last}`;
  return new DamagedObjectError(
    `${error.message}. It is the newest object of kafka partition ${kafkaPartition} in its hour, with ${after}. Put it back from a ` +
      'copy; or move it away, and those of them that are delivered again are taken in again',
    { cause: error },
  );
}
