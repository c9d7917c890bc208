import type { KafkaEvent, KafkaEventRecord } from '../../pipeline/msk-event.ts';
import type { Header, LogRecord } from '../../pipeline/ports.ts';

/** Records of one kafka partition, ascending by offset. */
export interface DeliveryPart {
  readonly kafkaPartition: number;
  readonly records: readonly LogRecord[];
}

/** The parts of an event that do not depend on its records. */
export interface EventOrigin {
  readonly topic: string;
  readonly eventSourceArn: string;
  readonly bootstrapServers: string;
}

/** With the other origin fields that Lambda sets. */
interface MskEvent extends KafkaEvent {
  readonly eventSource: 'aws:kafka';
  readonly eventSourceArn: string;
  readonly bootstrapServers: string;
}

/**
 * The event that Lambda would pass for these records, before JSON encoding: grouped under `topic-0`, headers as lists
 * of bytes, key and value as the log's own bytes, which JSON would encode as base64. A record without key or value
 * lacks that member.
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

/** Assigned member by member: spreading an object for each record would cause most of a delivery's garbage. */
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

/** A computed name becomes an own member, even `__proto__`. */
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

/** The record's share of Lambda's payload, including its comma: never less than the bytes of its JSON text. */
export function payloadBytes(topic: string, record: LogRecord): number {
  const numbers = digits(record.kafkaPartition) + digits(record.offset) + digits(record.timestampMs);
  let headers = 0;
  for (const header of record.headers) headers += headerBytes(header);
  const texts = base64Bytes(record.key) + base64Bytes(record.value);
  return EMPTY_RECORD_BYTES + Buffer.byteLength(topic) + numbers + texts + headers + 1;
}

/** The size of an event without its records: envelope, and a group for each of `kafkaPartitions`. */
export function envelopeBytes(origin: EventOrigin, kafkaPartitions: number): number {
  const group = `${origin.topic}-${kafkaPartitions}`;
  return Buffer.byteLength(JSON.stringify(mskEvent(origin, []))) + kafkaPartitions * (Buffer.byteLength(group) + 6);
}

/** Counts without creating the text, which would be garbage for every number of every record. */
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
