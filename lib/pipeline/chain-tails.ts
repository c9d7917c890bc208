import { compactedChain, lastSlot } from './chain-objects.ts';
import { chainRegistrar } from './chain-registry.ts';
import { findVerdicts, type VerdictPorts } from './chain-verdicts.ts';
import { findGenerations } from './generation.ts';
import { lakeHours } from './lake-hours.ts';
import { lastOffset, type OffsetRanges } from './offset-ranges.ts';
import type { Clock, ObjectStore } from './ports.ts';
import { putSeal, type SealPorts } from './seal.ts';
import { type Chain, type ChainPlace, type Coverage, chainPrefix, coverageOf } from './slot.ts';

/** The end of a chain, and what it has covered. */
export interface Tail extends Coverage {
  /** Generation and number of the slot to write next. */
  readonly generation: number;
  readonly nextSlot: number;
  /** The newest complete generation of the hour: readers are directed to it. */
  readonly completeGeneration: number;
}

/** An older tail is looked up again, so that no sink writes to a generation after it was deleted. */
const TAIL_TRUSTED_MS = 60_000;

/** The maximum number of tails kept in memory: far more than the chains that one process writes within an hour. */
const MAX_REMEMBERED = 4096;

/** How many hours back an unopened chain looks for its predecessor. */
const MAX_HOURS_BACK = 48;

export interface ChainTailPorts extends VerdictPorts, SealPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}

export type ChainTails = ReturnType<typeof chainTails>;

/** The tails of chains: cached while they can be trusted, otherwise looked up in the store. */
export function chainTails(ports: ChainTailPorts) {
  const { store, clock } = ports;
  const remembered = new Map<string, { readonly tail: Tail; readonly verifiedAtMs: number }>();
  const register = chainRegistrar(store);

  const remember = (chain: Chain, tail: Tail, verifiedAtMs: number): Tail => {
    const key = chainPrefix(chain, 0);
    remembered.delete(key);
    remembered.set(key, { tail, verifiedAtMs });
    if (remembered.size > MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    return tail;
  };

  const refresh = async (chain: Chain): Promise<Tail> => {
    const verifiedAtMs = clock.now();
    await register(chain);
    return remember(chain, await openTail(ports, chain), verifiedAtMs);
  };

  return {
    async of(chain: Chain): Promise<Tail> {
      const known = remembered.get(chainPrefix(chain, 0));
      return known !== undefined && clock.now() - known.verifiedAtMs < TAIL_TRUSTED_MS ? known.tail : refresh(chain);
    },
    refresh,
    /**
     * Records what this process has written itself. This does not count as a verification: it does not postpone the
     * next lookup.
     */
    moved(chain: Chain, tail: Tail): Tail {
      return remember(chain, tail, remembered.get(chainPrefix(chain, 0))?.verifiedAtMs ?? 0);
    },
    verdicts: (chain: Chain, tail: Tail, offsets: OffsetRanges) => findVerdicts(ports, chain, tail, offsets),
    async before(chain: Chain): Promise<Coverage | undefined> {
      return coverageBefore(store, chain);
    },
  };
}

/**
 * Returns the chain's end. If a newer generation has begun, the chain is first sealed in its own, and continues in the
 * newer one.
 */
async function openTail(ports: ChainTailPorts, chain: Chain): Promise<Tail> {
  for (;;) {
    const { begun, ...tail } = await findTail(ports.store, chain);
    const { generation, nextSlot: slot } = tail;
    if (generation >= begun) return tail;
    await putSeal(ports, chain, { generation, slot, coverage: coverageOf(tail) });
  }
}

/**
 * Starts at the newest complete generation and follows the chain's own seals forward. Another chain's object in a newer
 * generation proves nothing: that chain may be sealed while this one is not yet. Writes nothing.
 */
export async function findTail(store: ObjectStore, chain: ChainPlace): Promise<Tail & { readonly begun: number }> {
  const { complete, begun } = await findGenerations(store, chain.table, chain.hour);
  const found = { completeGeneration: complete, begun };
  let coverage: Coverage = coverageOf(await compactedChain(store, chain, complete));
  for (let generation = complete; ; generation++) {
    const last = await lastSlot(store, chain, generation);
    if (last === undefined) return { generation, nextSlot: 0, ...found, ...coverage };
    coverage = coverageOf(last);
    if (last.kind !== 'seal') return { generation, nextSlot: last.slot + 1, ...found, ...coverage };
  }
}

/** What the same kafka partition's newest earlier chain has covered; undefined if none is found nearby. */
async function coverageBefore(store: ObjectStore, chain: ChainPlace): Promise<Coverage | undefined> {
  let looked = 0;
  for await (const hour of lakeHours(store, chain.table, chain.hour)) {
    const tail = await findTail(store, { ...chain, hour });
    if (lastOffset(tail.covered) >= 0) return tail;
    if (++looked === MAX_HOURS_BACK) return undefined;
  }
  return undefined;
}
