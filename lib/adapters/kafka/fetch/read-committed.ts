import type { RecordBatch } from './record-batch.ts';

/** A broker names those that overlap with what it sends, in any order; they may have begun before it. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/**
 * Which of a fetch's record batches hold records for a reader: none of the broker's markers, and nothing of a transaction
 * that was aborted. A producer's transactions follow each other in a kafka partition, so that one is aborted from its
 * first offset, which the broker says, to the producer's next marker. Several producers' may overlap in any way.
 *
 * kafkajs 2.2.4 does the same wrongly: it takes the list in the broker's order, one entry a record.
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
