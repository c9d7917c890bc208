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
  const headers = record.headers.length === 0 ? NO_HEADERS : headersOf(record);
  return {
    offset: record.offset,
    timestampMs: record.timestamp,
    logAppendTime: record.timestampType === 'LOG_APPEND_TIME',
    key: key ?? null,
    value: value ?? null,
    headers,
    source: isRefined ? sourcePosition(headers) : null,
  };
}

const NO_HEADERS: DeliveredRecord['headers'] = [];

function headersOf(record: MSKRecord): DeliveredRecord['headers'] {
  return record.headers.flatMap((header) =>
    Object.entries(header).map(([name, bytes]) => ({ name, value: Uint8Array.from(bytes) })),
  );
}
