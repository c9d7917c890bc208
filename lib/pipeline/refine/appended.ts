import type { DeliveredRecord, KafkaPartitionBatch } from '../batch.ts';
import type { Refinement } from './refinement.ts';

/** One of the events that a source's record refines to. */
export interface RefinedEvent {
  readonly record: DeliveredRecord;
  readonly ordinal: number;
}

interface Appended {
  readonly incarnation: number;
  /** The batch's first record. */
  readonly first: DeliveredRecord;
  readonly last: RefinedEvent;
}

/**
 * Remembers how much of the last batch of each kafka partition was appended to each refined topic, so that a
 * redelivered batch continues there. Without it, a persistent failure would append everything again at each retry: the
 * events before it, and those of the same call's other kafka partitions and refined topics. This is kept in the
 * process's memory: another process repeats a batch once, which readers of the refined topics drop.
 */
export function appendedEvents() {
  const lanes = new Map<string, Appended>();
  const laneOf = ({ to }: Refinement, { stream, kafkaPartition }: KafkaPartitionBatch) =>
    `${to.name} ${stream.topic} ${kafkaPartition}`;
  return {
    /** Returns a function that reports which of the batch's events, in order, were appended. */
    before(refinement: Refinement, batch: KafkaPartitionBatch): (event: RefinedEvent) => boolean {
      const appended = lanes.get(laneOf(refinement, batch));
      if (appended === undefined || !isSameBatch(appended, batch)) return () => false;
      const { record, ordinal } = appended.last;
      return (event) =>
        event.record.offset < record.offset || (event.record.offset === record.offset && event.ordinal <= ordinal);
    },
    add(refinement: Refinement, batch: KafkaPartitionBatch, last: RefinedEvent): void {
      const [first] = batch.records;
      if (first === undefined) return;
      lanes.set(laneOf(refinement, batch), { incarnation: batch.stream.incarnation, first, last });
    },
  };
}

/**
 * Whether these are the same records, not others with the same offsets from a topic that was deleted and created again.
 */
function isSameBatch({ incarnation, first, last }: Appended, { stream, records }: KafkaPartitionBatch): boolean {
  const [begin] = records;
  if (incarnation !== stream.incarnation || begin === undefined || !isSame(begin, first)) return false;
  const end = records.find(({ offset }) => offset >= last.record.offset);
  return end === undefined || isSame(end, last.record);
}

function isSame(one: DeliveredRecord, other: DeliveredRecord): boolean {
  return one.offset === other.offset && one.timestamp === other.timestamp && one.value === other.value;
}
