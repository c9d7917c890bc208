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
import { HourNotCompactedError } from './hour-not-compacted-error.ts';

export interface SealedChain {
  /** The chain's entry in the compact object. */
  readonly entry: CompactedChain;
  /** The slots before the seal, in order. */
  readonly slots: readonly { readonly key: string; readonly facts: SlotFacts }[];
}

/** Seals a chain in a generation, unless that was done before, and returns its contents there. */
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

/** @throws if one is missing: its rows are lost, and a compaction would hide that. */
async function slotsOf(store: ObjectStore, chain: Chain, generation: number): Promise<SealedChain['slots']> {
  const keys = (await store.list(chainPrefix(chain, generation))).filter(
    (key) => slotOf(key, chain, generation) !== undefined,
  );
  assertNoneMissing(keys);
  const slots: { key: string; facts: SlotFacts }[] = [];
  for (const number of keys.keys()) {
    const key = slotKey(chain, generation, number);
    slots.push({ key, facts: (await readFacts(store, key)) as SlotFacts });
  }
  return slots;
}

const SLOT_KEY = /^(.+-i\d+-p\d{5,}-)(\d{6,})\.parquet$/;

/** @throws HourNotCompactedError naming a slot that is missing although a later one of its chain exists. */
export function assertNoneMissing(keys: readonly string[]): void {
  const numbers = new Map<string, number[]>();
  for (const key of keys) {
    const [, chain, slot] = SLOT_KEY.exec(key) ?? [];
    if (chain !== undefined) numbers.set(chain, [...(numbers.get(chain) ?? []), Number(slot)]);
  }
  for (const [chain, found] of numbers) {
    const missing = [...found].sort((left, right) => left - right).findIndex((slot, expected) => slot !== expected);
    if (missing < 0) continue;
    const key = `${chain}${String(missing).padStart(6, '0')}.parquet`;
    throw new HourNotCompactedError(
      `${key}: the object is gone, but those behind it are there; put it back from a copy. The hour is not compacted`,
    );
  }
}
