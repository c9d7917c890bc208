import type { KafkaEvent, KafkaEventRecord } from '../../pipeline/msk-event.ts';
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

/** With what else Lambda says about where an event comes from. */
interface MskEvent extends KafkaEvent {
  readonly eventSource: 'aws:kafka';
  readonly eventSourceArn: string;
  readonly bootstrapServers: string;
}

/**
 * The event that Lambda would hand over for these records, before it becomes JSON: grouped under `topic-0`, headers as lists
 * of bytes, key and value the log's own bytes, which JSON would have in base64. A record without key or value lacks that member.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
export function mskEvent(origin: EventOrigin, parts: readonly DeliveryPart[]): MskEvent {
  const { topic, eventSourceArn, bootstrapServers } = origin;
  const groups = parts.map(({ kafkaPartition, records }) => [
    `${topic}-${kafkaPartition}`,
    records.map((record) => mskRecord(topic, record)),
  ]);
  return { eventSource: 'aws:kafka', eventSourceArn, bootstrapServers, records: Object.fromEntries(groups) };
}

/** Member by member: what is spread together for each record would be most of the garbage of a delivery. */
function mskRecord(topic: string, record: LogRecord): KafkaEventRecord {
  const { key, value } = record;
  const members: { -readonly [Member in keyof KafkaEventRecord]: KafkaEventRecord[Member] } = {
    topic,
    partition: record.kafkaPartition,
    offset: record.offset,
    timestamp: record.timestampMs,
    timestampType: record.timestampType === 'LogAppendTime' ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
  };
  if (key !== null) members.key = key;
  if (value !== null) members.value = value;
  members.headers = record.headers.length === 0 ? NO_HEADERS : record.headers.map(mskHeader);
  return members;
}

const NO_HEADERS: NonNullable<KafkaEventRecord['headers']> = [];

/** A computed name is an own member, `__proto__` too. */
const mskHeader = ({ name, value }: Header) => ({ [name]: [...value] });

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
  let headers = 0;
  for (const header of record.headers) headers += headerBytes(header);
  const texts = base64Bytes(record.key) + base64Bytes(record.value);
  return EMPTY_RECORD_BYTES + Buffer.byteLength(topic) + numbers + texts + headers + 1;
}

/** What an event has around its records: envelope, and a group for each of `kafkaPartitions`. */
export function envelopeBytes(origin: EventOrigin, kafkaPartitions: number): number {
  const group = `${origin.topic}-${kafkaPartitions}`;
  return Buffer.byteLength(JSON.stringify(mskEvent(origin, []))) + kafkaPartitions * (Buffer.byteLength(group) + 6);
}

/** Without the text, which would be thrown away for every number of every record. */
function digits(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) return String(value).length;
  let count = 1;
  for (let bound = 10; bound <= value; bound *= 10) count += 1;
  return count;
}

const base64Bytes = (bytes: Uint8Array | null) => (bytes === null ? 0 : 4 * Math.ceil(bytes.length / 3));

function headerBytes({ name, value }: Header): number {
  const numbers = value.reduce((sum, byte) => sum + (byte < 10 ? 2 : byte < 100 ? 3 : 4), 0);
  return Buffer.byteLength(JSON.stringify(name)) + numbers + '{:[]},'.length;
}
