import type { Contract } from '../contracts/contract.ts';
import type { HourOfTable } from '../derive/table-partition.ts';
import type { OffsetRange } from './offset-ranges.ts';
import type { SourcePosition } from './source-position.ts';

/** A record as Lambda delivers it: its bytes are base64 still. */
export interface DeliveredRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly logAppendTime: boolean;
  /** null is a tombstone. */
  readonly value: string | null;
  readonly key: string | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array }[];
  /** Of a refined stream's record; null in every other stream, and where the headers do not say. */
  readonly source: SourcePosition | null;
}

/** The Kafka timestamp that a record's row shows, and whose hour it belongs to: in a refined stream its source's. */
export function ingestedAtMs({ source, timestampMs }: Pick<DeliveredRecord, 'source' | 'timestampMs'>): number {
  return source?.timestampMs ?? timestampMs;
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
  /** Their first and last offset. */
  readonly span: OffsetRange;
}
