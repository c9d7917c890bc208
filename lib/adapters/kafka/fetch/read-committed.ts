import type { RecordBatch } from './record-batch.ts';

/** A broker lists the transactions that overlap with its records, in any order; they may begin before these. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/**
 * Which of a fetch's record batches contain records for a reader: neither the broker's markers nor batches of aborted
 * transactions. A producer's transactions do not overlap in a kafka partition, so an aborted one extends from its first
 * offset, which the broker sends, to the producer's next marker. Those of several producers may overlap in any way.
 *
 * kafkajs 2.2.4 does this incorrectly: it consumes the list in the broker's order, one entry per record.
 * @see org.apache.kafka.clients.consumer.internals.CompletedFetch#nextFetchedRecord
 */
export function areCommitted(
  batches: readonly Pick<RecordBatch, 'lastOffset' | 'producerId' | 'isControl'>[],
  aborted: readonly AbortedTransaction[],
): readonly boolean[] {
  const byOffset = [...aborted].sort((one, other) => one.firstOffset - other.firstOffset);
  const aborting = new Set<bigint>();
  let begun = 0;
  return batches.map((batch) => {
    for (let next = byOffset[begun]; next && next.firstOffset <= batch.lastOffset; next = byOffset[begun]) {
      aborting.add(next.producerId);
      begun += 1;
    }
    if (batch.isControl) aborting.delete(batch.producerId);
    return !batch.isControl && !aborting.has(batch.producerId);
  });
}
