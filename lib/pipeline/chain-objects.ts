import { partitionLocation } from '../derive/table-partition.ts';
import { compactKey, isRowsKey } from './generation.ts';
import { damagedTail, readSlotIfWhole } from './lost-objects.ts';
import type { ObjectStore } from './ports.ts';
import { readFacts } from './read-facts.ts';
import {
  type ChainPlace,
  type CompactedChain,
  type CompactFacts,
  type Coverage,
  chainPrefix,
  coverageOf,
  NO_COVERAGE,
  type SlotFacts,
  slotKey,
  slotOf,
} from './slot.ts';

/** Returns a chain's entry in a generation's compact object; nothing if it has no entry. */
export async function compactedChain(
  store: ObjectStore,
  chain: ChainPlace,
  generation: number,
): Promise<Coverage & Pick<CompactedChain, 'rejected'>> {
  if (generation === 0) return { ...NO_COVERAGE, rejected: [] };
  const facts = (await readFacts(store, compactKey(chain.table, chain.hour, generation))) as CompactFacts;
  const found = facts.chains.find(
    ({ label, incarnation, kafkaPartition }) =>
      label === chain.label && incarnation === chain.incarnation && kafkaPartition === chain.kafkaPartition,
  );
  return found === undefined ? { ...NO_COVERAGE, rejected: [] } : { ...coverageOf(found), rejected: found.rejected };
}

/**
 * The objects that may have rows of a chain, of the slots before its tail: from the newest complete generation on,
 * which has all rows of those before it.
 */
export async function rowKeys(
  store: Pick<ObjectStore, 'list'>,
  chain: ChainPlace,
  { completeGeneration, generation: last }: { readonly completeGeneration: number; readonly generation: number },
): Promise<readonly string[]> {
  const location = partitionLocation(chain.table, chain.hour, completeGeneration);
  const keys = (await store.list(`${location}compact`)).filter(isRowsKey);
  for (let generation = completeGeneration; generation <= last; generation++) {
    const slots = await store.list(chainPrefix(chain, generation));
    keys.push(...slots.filter((key) => slotOf(key, chain, generation) !== undefined));
  }
  return keys;
}

/** Returns the newest slot of a chain in a generation. */
export async function lastSlot(
  store: ObjectStore,
  chain: ChainPlace,
  generation: number,
): Promise<SlotFacts | undefined> {
  const keys = await store.list(chainPrefix(chain, generation));
  const slots = keys.map((key) => slotOf(key, chain, generation)).filter((slot) => slot !== undefined);
  if (slots.length === 0) return undefined;
  const newest = Math.max(...slots);
  try {
    return (await readFacts(store, slotKey(chain, generation, newest))) as SlotFacts;
  } catch (error) {
    const before = newest === 0 ? undefined : await readSlotIfWhole(store, chain, generation, newest - 1);
    throw damagedTail(error, chain.kafkaPartition, before?.covered ?? []);
  }
}
