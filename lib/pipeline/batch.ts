import type { MSKRecord } from 'aws-lambda';
import type { Contract } from '../contracts/contract.ts';
import type { HourOfTable } from '../derive/table-partition.ts';
import type { OffsetRanges } from './offset-ranges.ts';
import type { SourcePosition } from './source-position.ts';

/**
 * A record's key or value: base64, as Lambda sends it, or the bytes themselves, from a caller in the same process.
 * Encoding and decoding them between functions would cost as much as judging them.
 */
export type RecordBytes = string | Uint8Array;

/**
 * A record as it is delivered: in most streams the same object, because copies would be most of a batch's garbage.
 * Members may be missing or null, whatever the types of MSK's event declare.
 */
export interface DeliveredRecord {
  readonly offset: number;
  /** Milliseconds since 1970; −1 is Kafka's "none". */
  readonly timestamp: number;
  readonly timestampType: MSKRecord['timestampType'];
  /** A record without a value is a tombstone. */
  readonly value?: RecordBytes | null;
  readonly key?: RecordBytes | null;
  readonly headers?: MSKRecord['headers'] | null;
  /** The source position of a refined stream's record; absent if its headers have none, and in every other stream. */
  readonly source?: SourcePosition | undefined;
  /** What the refinement's code threw for the source record. The value is then the source's payload. */
  readonly refinementError?: string | undefined;
}

/** A record's value or key as bytes; null if it has none. They may be the caller's own: do not write to them. */
export function bytesOf(given: RecordBytes | null | undefined): Buffer | null {
  if (given === null || given === undefined) return null;
  if (typeof given === 'string') return Buffer.from(given, 'base64');
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
}

/** The Kafka timestamp that a row shows and that determines its hour: in a refined stream its source's. */
export function ingestedAtMs({ source, timestamp }: Pick<DeliveredRecord, 'source' | 'timestamp'>): number {
  return source === undefined ? timestamp : source.timestampMs;
}

/** A topic that the sink reads. */
export interface SinkStream {
  readonly topic: string;
  /** null for a topic without a contract: all its records are dead letters. */
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
  /** First and last offset of each run of records that no other hour interrupts: nearly always one run. */
  readonly ranges: OffsetRanges;
}
