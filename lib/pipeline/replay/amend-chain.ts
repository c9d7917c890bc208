import { type ChainPorts, FROZEN_MS, type SlotContents, writeSlot } from '../chain.ts';
import type { Tail } from '../chain-tails.ts';
import { includes, intersect, type OffsetRanges, rangesOf, subtract, union } from '../offset-ranges.ts';
import { type Chain, coverageOf, type SlotFacts, slotKey } from '../slot.ts';

/** An amend slot that is about to be written; the code that makes its rows adds them to `amended` and `counts`. */
export type AmendDraft = SlotFacts & { readonly kind: 'amend' };

export interface Amendment {
  readonly chain: Chain;
  readonly contractVersion: number;
  /** Offsets of records that may have been rejected, ascending. */
  readonly offsets: readonly number[];
  /**
   * Called with the offsets that the chain has rejected and not amended, ascending and never empty; called again if
   * another writer was first. Null if none of them is an event: then nothing is written.
   */
  readonly contents: (open: readonly number[], draft: AmendDraft) => Promise<SlotContents | null>;
}

export interface AmendedChain {
  readonly tail: Tail;
  /** Offsets that this call has turned into rows. */
  readonly amended: OffsetRanges;
  /** Offsets that the chain has not rejected: they are rows, or not covered. */
  readonly notRejected: OffsetRanges;
  readonly objects: number;
}

/**
 * Turns rejected records into rows, each once, with one PUT: slot tail + 1, if absent. If another writer was first, the
 * open offsets are determined again, so of two replays with different fixes, only one makes the row. If killed at any
 * point, it can simply be run again.
 */
export async function amendChain(ports: ChainPorts, amendment: Amendment): Promise<AmendedChain> {
  const { chain, contractVersion, offsets, contents } = amendment;
  const asked = rangesOf(offsets);
  let amended: OffsetRanges = [];
  let objects = 0;
  for (;;) {
    const askedAtMs = ports.clock.now();
    const tail = await ports.tails.refresh(chain);
    const verdicts = await ports.tails.verdicts(chain, tail, intersect(asked, tail.covered));
    const rejected = offsets.filter((offset) => verdicts.has(offset));
    const open = rejected.filter((offset) => !includes(tail.amended, offset));
    const ended = { tail, amended, notRejected: subtract(asked, rangesOf(rejected)), objects };
    if (open.length === 0) return ended;
    const made = await contents(open, draftOf(chain, tail, contractVersion, ports.newWriteId()));
    if (made === null) return ended;
    const { body, facts } = made;
    if (await writeSlot(ports.store, slotKey(chain, tail.generation, tail.nextSlot), body, facts)) {
      amended = union(amended, subtract(facts.amended, tail.amended));
      objects++;
      const moved = ports.tails.moved(chain, { ...tail, ...coverageOf(facts), nextSlot: tail.nextSlot + 1 });
      if (ports.clock.now() - askedAtMs < FROZEN_MS) return { ...ended, tail: moved, amended, objects };
    }
  }
}

function draftOf({ stream, incarnation, kafkaPartition }: Chain, tail: Tail, contractVersion: number, writeId: string) {
  const draft: AmendDraft = {
    ...coverageOf(tail),
    ...{ kind: 'amend', stream, incarnation, kafkaPartition, slot: tail.nextSlot, writeId, contractVersion },
    own: [],
    rejected: [],
  };
  return draft;
}
