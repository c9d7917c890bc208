import type { ChainPorts, SlotContents } from '../chain.ts';
import type { Tail } from '../chain-tails.ts';
import { includes, intersect, type OffsetRanges, rangesOf, subtract, union } from '../offset-ranges.ts';
import type { Chain } from '../slot.ts';
import { type AmendDraft, putAmendment } from './put-amendment.ts';

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
 * Turns rejected records into rows, each once. If another writer was first, the open offsets are determined again, so
 * of two replays with different fixes, only one makes the row.
 */
export async function amendChain(ports: ChainPorts, amendment: Amendment): Promise<AmendedChain> {
  const { chain, contractVersion, offsets, contents } = amendment;
  const asked = rangesOf(offsets);
  let notRejected: OffsetRanges = [];
  const { tail, slots } = await putAmendment(ports, {
    chain,
    contractVersion,
    contents: async (tail, draft) => {
      const verdicts = await ports.tails.verdicts(chain, tail, intersect(asked, tail.covered));
      const rejected = offsets.filter((offset) => verdicts.has(offset));
      const open = rejected.filter((offset) => !includes(tail.amended, offset));
      notRejected = subtract(asked, rangesOf(rejected));
      return open.length === 0 ? null : contents(open, draft);
    },
  });
  const amended = slots.reduce<OffsetRanges>(
    (all, { before, facts }) => union(all, subtract(facts.amended, before.amended)),
    [],
  );
  return { tail, amended, notRejected, objects: slots.length };
}
