import type { ObjectStore, RowEncoder } from './ports.ts';
import { type Chain, type Coverage, type SlotFacts, slotKey, writeFacts } from './slot.ts';

export interface SealPorts {
  readonly store: Pick<ObjectStore, 'putIfAbsent'>;
  readonly encoder: RowEncoder;
  readonly newWriteId: () => string;
}

/** Ends a chain in a generation, if the slot is still free. The seal has no rows, and carries the coverage forward. */
export async function putSeal(
  { store, encoder, newWriteId }: SealPorts,
  chain: Chain,
  at: { readonly generation: number; readonly slot: number; readonly coverage: Coverage },
): Promise<'created' | 'exists'> {
  const { incarnation, kafkaPartition, stream, select } = chain;
  const facts: SlotFacts = {
    kind: 'seal',
    stream,
    incarnation,
    kafkaPartition,
    slot: at.slot,
    writeId: newWriteId(),
    contractVersion: null,
    own: [],
    rejected: [],
    ...at.coverage,
  };
  const footer = writeFacts(facts);
  const constants = { incarnation, kafkaPartition, contractVersion: 0 };
  const encoded = await encoder.encode({ select, lines: Buffer.alloc(0), longestLineBytes: 0, constants, footer });
  if ('refused' in encoded) throw new Error(`${stream}: an object without rows was refused: ${encoded.refused}`);
  return store.putIfAbsent(slotKey(chain, at.generation, at.slot), encoded.body, footer);
}
