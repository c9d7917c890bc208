import { type ChainPorts, FROZEN_MS, type SlotContents, writeSlot } from '../chain.ts';
import type { Tail } from '../chain-tails.ts';
import { type Chain, coverageOf, type SlotFacts, slotKey } from '../slot.ts';

/** An amend slot that is about to be written; the code that makes its rows adds to its facts. */
export type AmendDraft = SlotFacts & { readonly kind: 'amend' };

export interface PutAmendment {
  readonly chain: Chain;
  readonly contractVersion: number;
  /** Called again if another writer was first. Null if nothing is left to be written. */
  readonly contents: (tail: Tail, draft: AmendDraft) => Promise<SlotContents | null>;
}

export interface WrittenAmendments {
  readonly tail: Tail;
  /** The facts of each object that this call has written, and the tail before it: more than one after a freeze. */
  readonly slots: readonly { readonly before: Tail; readonly facts: SlotFacts }[];
}

/**
 * Adds rows to a chain that covers no new offsets, with one PUT: slot tail + 1, if absent. If another writer was first,
 * its contents are determined again, after that writer's slot. If killed at any point, it can simply be run again.
 */
export async function putAmendment(ports: ChainPorts, amendment: PutAmendment): Promise<WrittenAmendments> {
  const { chain, contractVersion, contents } = amendment;
  const slots: { before: Tail; facts: SlotFacts }[] = [];
  for (;;) {
    const askedAtMs = ports.clock.now();
    const tail = await ports.tails.refresh(chain);
    const made = await contents(tail, draftOf(chain, tail, contractVersion, ports.newWriteId()));
    if (made === null) return { tail, slots };
    const { body, facts } = made;
    if (await writeSlot(ports.store, slotKey(chain, tail.generation, tail.nextSlot), body, facts)) {
      slots.push({ before: tail, facts });
      const moved = ports.tails.moved(chain, { ...tail, ...coverageOf(facts), nextSlot: tail.nextSlot + 1 });
      if (ports.clock.now() - askedAtMs < FROZEN_MS) return { tail: moved, slots };
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
