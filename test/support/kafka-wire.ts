import { createRequire } from 'node:module';

/** Kafka's bytes as kafkajs writes them for a broker, independent of the code that reads them here. */
const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js');
const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const Encoder = require('kafkajs/src/protocol/encoder.js');

export interface WireRecord {
  /** Relative to the batch's first offset. */
  readonly offsetDelta: number;
  readonly timestampDelta?: number;
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer>>;
}

export interface WireBatch {
  readonly firstOffset: number;
  /** The last record's offset, unless compaction has removed records from the end. */
  readonly lastOffset?: number;
  readonly firstTimestampMs?: number;
  readonly maxTimestampMs?: number;
  readonly isLogAppendTime?: boolean;
  /** −1 for none. */
  readonly producerId?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  readonly compression?: number;
  readonly records: readonly WireRecord[];
}

const ATTRIBUTES_AT = 22;
const LOG_APPEND_TIME = 0x08;
const CONTROL = 0x20;

export async function recordBatchBytes(batch: WireBatch): Promise<Buffer> {
  const { firstOffset, records, firstTimestampMs = 0, maxTimestampMs = 0, producerId = -1 } = batch;
  const lastDelta = records.at(-1)?.offsetDelta ?? 0;
  const encoder = await RecordBatch({
    compression: batch.compression ?? 0,
    firstOffset,
    firstTimestamp: firstTimestampMs,
    maxTimestamp: maxTimestampMs,
    lastOffsetDelta: batch.lastOffset === undefined ? lastDelta : batch.lastOffset - firstOffset,
    transactional: batch.isTransactional ?? false,
    producerId,
    records: records.map((record) => Record({ key: null, ...record })),
  });
  const bytes: Buffer = encoder.buffer;
  const flags = (batch.isLogAppendTime ? LOG_APPEND_TIME : 0) | (batch.isControl ? CONTROL : 0);
  bytes.writeUInt8(bytes.readUInt8(ATTRIBUTES_AT) | flags, ATTRIBUTES_AT);
  return bytes;
}

/** The marker with which a broker ends a producer's transaction. */
export function endMarker(end: 'commit' | 'abort', firstOffset: number, producerId: number): Promise<Buffer> {
  const key = Buffer.from([0, 0, 0, end === 'commit' ? 1 : 0]);
  const records = [{ offsetDelta: 0, key, value: Buffer.alloc(6) }];
  return recordBatchBytes({ firstOffset, producerId, isTransactional: true, isControl: true, records });
}

export interface WirePartition {
  readonly aborted: readonly { readonly producerId: number; readonly firstOffset: number }[] | null;
  readonly records: Buffer;
}

/** A broker's response to a Fetch of one topic, `orders`, whose kafka partitions are numbered from 0. */
export function fetchResponseBytes(version: number, partitions: readonly WirePartition[]): Buffer {
  const encoder = new Encoder();
  encoder.writeInt32(7);
  if (version >= 7) encoder.writeInt16(0).writeInt32(9);
  encoder.writeInt32(1).writeString('orders').writeInt32(partitions.length);
  for (const [index, { aborted, records }] of partitions.entries()) {
    encoder.writeInt32(index).writeInt16(0).writeInt64(1000).writeInt64(900);
    if (version >= 5) encoder.writeInt64(0);
    encoder.writeInt32(aborted === null ? -1 : aborted.length);
    for (const { producerId, firstOffset } of aborted ?? []) encoder.writeInt64(producerId).writeInt64(firstOffset);
    if (version >= 11) encoder.writeInt32(-1);
    encoder.writeInt32(records.length).writeBufferInternal(records);
  }
  return encoder.buffer;
}
