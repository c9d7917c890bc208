import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { Header, LogRecord, RecordToAppend, TimestampType } from '../../pipeline/ports.ts';

/** Kafka's word for "none". */
const NO_TIMESTAMP_MS = -1;
/** kafkajs's number for it, in what it remembers of a batch; its types do not show that. */
const LOG_APPEND_TIME = 1;

/** The record as kafkajs sends it. */
export function messageOf({ key, value, headers, timestampMs }: RecordToAppend, kafkaPartition: number): Message {
  return {
    key: key && bufferOf(key),
    value: value && bufferOf(value),
    headers: headersOf(headers),
    timestamp: String(timestampMs ?? NO_TIMESTAMP_MS),
    partition: kafkaPartition,
  };
}

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Several values of one name stay in order; kafkajs cannot keep their order among other names. */
function headersOf(headers: readonly Header[]): IHeaders {
  // Without a prototype, any name is just a name.
  const byName: Record<string, Buffer[]> = Object.create(null);
  for (const { name, value } of headers) {
    const values = byName[name] ?? [];
    values.push(bufferOf(value));
    byName[name] = values;
  }
  return byName;
}

/** The record as kafkajs received it. */
export function recordOf(message: KafkaMessage, kafkaPartition: number): LogRecord {
  return {
    kafkaPartition,
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    timestampType: timestampTypeOf(message),
    key: message.key,
    value: message.value,
    headers: Object.entries(message.headers ?? {}).flatMap(([name, values]) =>
      (Array.isArray(values) ? values : [values]).filter(isValue).map((value) => ({ name, value: bytesOf(value) })),
    ),
  };
}

type HeaderValue = string | Buffer | null | undefined;

/** For a header called like something that every object has (`__proto__`, `constructor`), kafkajs puts that thing first. */
const isValue = (value: unknown) => value === null || typeof value === 'string' || Buffer.isBuffer(value);

/** Kafka has null as a header's value; here it is empty. */
const bytesOf = (value: HeaderValue) => Buffer.from(value ?? '');

/** Every batch on the wire says it, so a topic may even change it. The old format, before Kafka 0.11, counts as producers'. */
function timestampTypeOf(message: KafkaMessage): TimestampType {
  const context: unknown = 'batchContext' in message ? message.batchContext : undefined;
  if (typeof context !== 'object' || context === null || !('timestampType' in context)) return 'CreateTime';
  return context.timestampType === LOG_APPEND_TIME ? 'LogAppendTime' : 'CreateTime';
}

/** What the record counts for in a poll. */
export function messageBytes({ key, value, headers }: KafkaMessage): number {
  const ofHeaders = Object.values(headers ?? {}).flat();
  const headerBytes = ofHeaders.reduce((sum, header) => sum + (header?.length ?? 0), 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + headerBytes;
}
