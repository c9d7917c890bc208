import type { MSKEvent, MSKRecord } from 'aws-lambda';
import type { Header, LogRecord } from '../../pipeline/ports.ts';

/** Records of one kafka partition, ascending by offset. */
export interface DeliveryPart {
  readonly kafkaPartition: number;
  readonly records: readonly LogRecord[];
}

/** What of an event does not depend on its records. */
export interface EventOrigin {
  readonly topic: string;
  readonly eventSourceArn: string;
  readonly bootstrapServers: string;
}

/**
 * The event that Lambda would hand over for these records: grouped under `topic-0`, key and value in base64, headers as
 * lists of bytes. A record without key or value lacks that member.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
export function mskEvent(origin: EventOrigin, parts: readonly DeliveryPart[]): MSKEvent {
  const { topic, eventSourceArn, bootstrapServers } = origin;
  const groups = parts.map(({ kafkaPartition, records }) => [
    `${topic}-${kafkaPartition}`,
    records.map((record) => mskRecord(topic, record)),
  ]);
  return { eventSource: 'aws:kafka', eventSourceArn, bootstrapServers, records: Object.fromEntries(groups) };
}

function mskRecord(topic: string, record: LogRecord): MSKRecord {
  const { kafkaPartition, offset, timestampMs, timestampType, key, value, headers } = record;
  const members = {
    topic,
    partition: kafkaPartition,
    offset,
    timestamp: timestampMs,
    timestampType: timestampType === 'LogAppendTime' ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    ...(key === null ? {} : { key: base64(key) }),
    ...(value === null ? {} : { value: base64(value) }),
    headers: headers.map(mskHeader),
  };
  // The published type knows no records without key or value; Lambda does.
  return members as MSKRecord;
}

/** A computed name is an own member, `__proto__` too. */
const mskHeader = ({ name, value }: Header) => ({ [name]: [...value] });

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

const EMPTY_RECORD_BYTES = JSON.stringify({
  topic: '',
  partition: '',
  offset: '',
  timestamp: '',
  timestampType: 'LOG_APPEND_TIME',
  key: '',
  value: '',
  headers: [],
}).length;

/** What the record counts for in Lambda's payload, its comma included: never less than its JSON text has bytes. */
export function payloadBytes(topic: string, record: LogRecord): number {
  const numbers = digits(record.kafkaPartition) + digits(record.offset) + digits(record.timestampMs);
  const headers = record.headers.reduce((sum, header) => sum + headerBytes(header), 0);
  const texts = base64Bytes(record.key) + base64Bytes(record.value);
  return EMPTY_RECORD_BYTES + Buffer.byteLength(topic) + numbers + texts + headers + 1;
}

/** What an event has around its records: envelope, and a group for each of `kafkaPartitions`. */
export function envelopeBytes(origin: EventOrigin, kafkaPartitions: number): number {
  const group = `${origin.topic}-${kafkaPartitions}`;
  return Buffer.byteLength(JSON.stringify(mskEvent(origin, []))) + kafkaPartitions * (Buffer.byteLength(group) + 6);
}

const digits = (value: number) => String(value).length;

const base64Bytes = (bytes: Uint8Array | null) => (bytes === null ? 0 : 4 * Math.ceil(bytes.length / 3));

function headerBytes({ name, value }: Header): number {
  const numbers = value.reduce((sum, byte) => sum + (byte < 10 ? 2 : byte < 100 ? 3 : 4), 0);
  return Buffer.byteLength(JSON.stringify(name)) + numbers + '{:[]},'.length;
}
