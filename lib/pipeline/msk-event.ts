import type { DeliveredRecord, KafkaPartitionBatch, SinkStream } from './batch.ts';
import type { Header } from './ports.ts';
import { refinementError } from './refine/refinement-error.ts';
import { sourcePosition } from './source-position.ts';

/** The part of an MSK event that the handlers read. Bytes are base64 from Lambda, and plain from the local mapping. */
export interface KafkaEvent {
  /** By topic and kafka partition: `shop.purchases-0`. */
  readonly records: Readonly<Record<string, readonly KafkaEventRecord[]>>;
}

export interface KafkaEventRecord extends DeliveredRecord {
  readonly topic: string;
  readonly partition: number;
}

/** Returns the batches of an event, one for each kafka partition in it. */
export function batchesOf(event: KafkaEvent, streamOf: (topic: string) => SinkStream): readonly KafkaPartitionBatch[] {
  return Object.values(event.records).flatMap((records) => {
    const [first] = records;
    if (first === undefined) return [];
    const { topic, partition: kafkaPartition } = first;
    const stream = streamOf(topic);
    const isRefined = (stream.contract?.refinedFrom ?? null) !== null;
    return [{ stream, kafkaPartition, records: isRefined ? timed(records).map(withSource) : timed(records) }];
  });
}

/** Kafka's value for no timestamp; producers also use the largest 64-bit number, which JavaScript cannot represent. */
const NO_TIMESTAMP = -1;

const hasTimestamp = ({ timestamp }: DeliveredRecord) => Number.isSafeInteger(timestamp);

function timed(records: readonly DeliveredRecord[]): readonly DeliveredRecord[] {
  if (records.every(hasTimestamp)) return records;
  return records.map((record) => (hasTimestamp(record) ? record : { ...record, timestamp: NO_TIMESTAMP }));
}

function withSource(record: DeliveredRecord): DeliveredRecord {
  const headers = headersOf(record);
  return { ...record, source: sourcePosition(headers) ?? undefined, refinementError: refinementError(headers) };
}

/** Returns a record's headers; Kafka allows one without a value. */
export function headersOf({ headers }: Pick<DeliveredRecord, 'headers'>): readonly Header[] {
  return (headers ?? []).flatMap((header) =>
    Object.entries(header as Record<string, readonly number[] | null>).map(([name, bytes]) => ({
      name,
      value: Uint8Array.from(bytes ?? []),
    })),
  );
}
