import type { MSKEvent, MSKRecord } from 'aws-lambda';
import type { DeliveredRecord, KafkaPartitionBatch, SinkStream } from './batch.ts';
import { sourcePosition } from './source-position.ts';

/** The batches of an MSK event, one for each kafka partition in it. */
export function batchesOf(event: MSKEvent, streamOf: (topic: string) => SinkStream): readonly KafkaPartitionBatch[] {
  return Object.values(event.records).flatMap((records) => {
    const [first] = records;
    if (first === undefined) return [];
    const { topic, partition: kafkaPartition } = first;
    const stream = streamOf(topic);
    const isRefined = (stream.contract?.refinedFrom ?? null) !== null;
    return [{ stream, kafkaPartition, records: records.map((record) => delivered(record, isRefined)) }];
  });
}

/** An MSK event has no member, or null, for a missing key or value, whatever its type says. */
function delivered(record: MSKRecord, isRefined: boolean): DeliveredRecord {
  const { key, value } = record as { readonly key?: string | null; readonly value?: string | null };
  const headers = headersOf(record);
  return {
    offset: record.offset,
    timestampMs: Number.isSafeInteger(record.timestamp) ? record.timestamp : NO_TIMESTAMP,
    logAppendTime: record.timestampType === 'LOG_APPEND_TIME',
    key: key ?? null,
    value: value ?? null,
    headers,
    source: isRefined ? sourcePosition(headers) : null,
  };
}

const NO_HEADERS: DeliveredRecord['headers'] = [];

/** What Kafka itself uses for none; producers use the largest 64-bit number, too, which is none in JavaScript. */
const NO_TIMESTAMP = -1;

/** Kafka allows a header without a value. */
function headersOf({ headers }: { readonly headers?: MSKRecord['headers'] | null }): DeliveredRecord['headers'] {
  if (headers === undefined || headers === null || headers.length === 0) return NO_HEADERS;
  return headers.flatMap((header) =>
    Object.entries(header as Record<string, readonly number[] | null>).map(([name, bytes]) => ({
      name,
      value: Uint8Array.from(bytes ?? []),
    })),
  );
}
