import { compactedChain, lastSlot } from './chain-objects.ts';
import type { Tail } from './chain-tails.ts';
import { type LostObject, lostObject, readSlotIfWhole } from './lost-objects.ts';
import { includes, type OffsetRanges, subtract } from './offset-ranges.ts';
import type { ObjectStore } from './ports.ts';
import type { ChainPlace, SlotFacts, Verdict } from './slot.ts';
import { verdictsOf } from './verdicts.ts';

export interface VerdictPorts {
  readonly store: ObjectStore;
  /** Called with an object whose verdicts are needed, but that is missing or damaged. */
  readonly onLostObject?: (lost: LostObject) => void;
}

/**
 * Returns the verdicts on these covered offsets from when they were first covered; only rejected offsets are included.
 * Walks back from the tail until the slots' own ranges span the offsets; nearly always that is the last slot. A slot
 * that was deleted or damaged is reported and skipped: otherwise its offsets would block all later ones.
 */
export async function findVerdicts(
  { store, onLostObject }: VerdictPorts,
  chain: ChainPlace,
  tail: Tail,
  offsets: OffsetRanges,
): Promise<ReadonlyMap<number, Verdict>> {
  const verdicts = new Map<number, Verdict>();
  const collect = (rejected: SlotFacts['rejected']) => {
    for (const [offset, verdict] of verdictsOf(rejected)) if (includes(offsets, offset)) verdicts.set(offset, verdict);
  };
  const compact = (generation: number) => compactedChain(store, chain, generation);
  const lostOwn = async (lost: { generation: number; slot: number; covered: OffsetRanges }) => {
    const isComplete = lost.generation <= tail.completeGeneration;
    const before = await (isComplete ? compact(lost.generation) : lastSlot(store, chain, lost.generation - 1));
    const found = await lostObject(store, chain, lost, before?.covered ?? []);
    onLostObject?.(found);
    return found.offsets;
  };
  let open = offsets;
  let covered = tail.covered;
  let { generation } = tail;
  let slot = tail.nextSlot - 1;
  while (open.length > 0) {
    if (slot >= 0) {
      const facts = await readSlotIfWhole(store, chain, generation, slot);
      const own = facts?.own ?? (await lostOwn({ generation, slot, covered }));
      collect(facts?.rejected ?? []);
      open = subtract(open, own);
      covered = subtract(covered, own);
      slot--;
    } else if (generation > tail.completeGeneration) {
      generation--;
      slot = (await lastSlot(store, chain, generation))?.slot ?? -1;
    } else {
      collect((await compact(generation)).rejected);
      break;
    }
  }
  return verdicts;
}
