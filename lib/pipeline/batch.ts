import type { MSKRecord } from 'aws-lambda';
import type { Contract } from '../contracts/contract.ts';
import type { HourOfTable } from '../derive/table-partition.ts';
import type { OffsetRanges } from './offset-ranges.ts';
import type { SourcePosition } from './source-position.ts';

/**
 * A record's key or value: base64, as Lambda sends it, or the bytes themselves, as a caller in the same process has them. To
 * encode and decode them on the way from one function to the next would cost as much as to judge them.
 */
export type RecordBytes = string | Uint8Array;

/**
 * A record as it is delivered: in most streams the very object, as a copy of each would be most of what a batch leaves to
 * the collector. Members may be missing, or null, whatever the types of MSK's event say.
 */
export interface DeliveredRecord {
  readonly offset: number;
  /** Milliseconds since 1970; −1 is Kafka's "none". */
  readonly timestamp: number;
  readonly timestampType: MSKRecord['timestampType'];
  /** None is a tombstone. */
  readonly value?: RecordBytes | null;
  readonly key?: RecordBytes | null;
  readonly headers?: MSKRecord['headers'] | null;
  /** Of a refined stream's record; none where its headers do not say, and in every other stream. */
  readonly source?: SourcePosition | undefined;
  /** What the refinement's code threw at the source, in place of a refined record: its value is the source's payload. */
  readonly refinementError?: string | undefined;
}

/** The bytes of a record's value or key, which may be the caller's own: not to be written to. Null where it has none. */
export function bytesOf(given: RecordBytes | null | undefined): Buffer | null {
  if (given === null || given === undefined) return null;
  if (typeof given === 'string') return Buffer.from(given, 'base64');
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
}

/** The Kafka timestamp that a record's row shows, and whose hour it belongs to: in a refined stream its source's. */
export function ingestedAtMs({ source, timestamp }: Pick<DeliveredRecord, 'source' | 'timestamp'>): number {
  return source === undefined ? timestamp : source.timestampMs;
}

/** A topic that the sink reads. */
export interface SinkStream {
  readonly topic: string;
  /** null for a topic that has none: all its records are dead letters. */
  readonly contract: Contract | null;
  readonly incarnation: number;
}

/** All records between the first and the last offset of one kafka partition, ascending. */
export interface KafkaPartitionBatch {
  readonly stream: SinkStream;
  readonly kafkaPartition: number;
  readonly records: readonly DeliveredRecord[];
}

/** A batch's records of one hour. */
export interface HourPart extends KafkaPartitionBatch {
  readonly hour: HourOfTable;
  /** First and last offset of each run of them that no other hour interrupts: nearly always one. */
  readonly ranges: OffsetRanges;
}
