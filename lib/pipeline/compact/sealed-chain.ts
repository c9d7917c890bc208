import { compactedChain } from '../chain-objects.ts';
import type { ObjectStore } from '../ports.ts';
import { readFacts } from '../read-facts.ts';
import { putSeal, type SealPorts } from '../seal.ts';
import {
  type Chain,
  type CompactedChain,
  chainPrefix,
  coverageOf,
  type RecordedRejections,
  type SlotFacts,
  slotKey,
  slotOf,
} from '../slot.ts';
import { mergedRejections } from '../verdicts.ts';

export interface SealedChain {
  /** What the compact object will say of the chain. */
  readonly entry: CompactedChain;
  /** The slots before the seal, in their order. */
  readonly slots: readonly { readonly key: string; readonly facts: SlotFacts }[];
}

/** Ends a chain in a generation, unless that was done before, and says what it holds there. */
export async function sealChain(
  ports: SealPorts & { readonly store: ObjectStore },
  chain: Chain,
  generation: number,
): Promise<SealedChain> {
  const before = await compactedChain(ports.store, chain, generation);
  for (;;) {
    const slots = await slotsOf(ports.store, chain, generation);
    const last = slots.at(-1)?.facts;
    const coverage = last === undefined ? coverageOf(before) : coverageOf(last);
    if (last?.kind === 'seal') return { entry: entryOf(chain, coverage, before, slots), slots: slots.slice(0, -1) };
    await putSeal(ports, chain, { generation, slot: slots.length, coverage });
  }
}

function entryOf(
  { label, stream, incarnation, kafkaPartition }: Chain,
  coverage: ReturnType<typeof coverageOf>,
  before: { readonly rejected: readonly RecordedRejections[] },
  slots: SealedChain['slots'],
): CompactedChain {
  const rejected = mergedRejections([before.rejected, ...slots.map(({ facts }) => facts.rejected)].flat());
  return { label, stream, incarnation, kafkaPartition, ...coverage, rejected };
}

/** @throws when one is missing: its rows are gone, and a compaction would make that look right. */
async function slotsOf(store: ObjectStore, chain: Chain, generation: number): Promise<SealedChain['slots']> {
  const numbers = (await store.list(chainPrefix(chain, generation)))
    .map((key) => slotOf(key, chain, generation))
    .filter((slot) => slot !== undefined)
    .sort((left, right) => left - right);
  const slots: { key: string; facts: SlotFacts }[] = [];
  for (const [expected, slot] of numbers.entries()) {
    if (slot !== expected) throw missing(slotKey(chain, generation, expected));
    const key = slotKey(chain, generation, slot);
    slots.push({ key, facts: (await readFacts(store, key)) as SlotFacts });
  }
  return slots;
}

function missing(key: string): Error {
  return new Error(
    `${key}: the object is gone, but those behind it are there; put it back from a copy. The hour is not compacted`,
  );
}
