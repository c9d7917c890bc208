/**
 * The batch of records that Kafka stores and sends since version 0.11.
 *
 *     base offset        int64   ┐
 *     length             int32   │ of the rest
 *     leader epoch       int32   │
 *     magic              int8    │ 2
 *     crc                uint32  │
 *     attributes         int16   │ bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control
 *     last offset delta  int32   │
 *     base timestamp     int64   │
 *     max timestamp      int64   │
 *     producer id        int64   │ −1 for none
 *     producer epoch     int16   │
 *     base sequence      int32   │
 *     record count       int32   ┘
 *     records                      compressed together
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
import { PermanentError } from '../../../pipeline/permanent-error.ts';
import type { TimestampType } from '../../../pipeline/ports.ts';

export interface RecordBatch {
  readonly baseOffset: number;
  /** The offset that the batch was written up to; compaction removes records, but does not change it. */
  readonly lastOffset: number;
  readonly codec: number;
  readonly timestampType: TimestampType;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: bigint;
  /**
   * True if it contains a broker's marker instead of a producer's records: the end of a transaction, or for the
   * broker's own use.
   */
  readonly isControl: boolean;
  readonly recordCount: number;
  /** The records' bytes as received, compressed with `codec`. */
  readonly records: Buffer;
}

/** The bytes violate Kafka's protocol, or have an unsupported format. */
export class RecordFormatError extends PermanentError {
  override readonly name = 'RecordFormatError';
}

/** The end of the length field; `length` counts the bytes after it. */
const LENGTH_END = 12;
const HEADER_BYTES = 61;
const MAGIC_AT = 16;
const MAGIC = 2;

const CODEC_MASK = 0x07;
const LOG_APPEND_TIME_FLAG = 0x08;
const CONTROL_FLAG = 0x20;

/**
 * The record batches that a broker sent for a kafka partition. The last one may be truncated, and is then omitted.
 * @throws RecordFormatError
 */
export function recordBatches(bytes: Buffer): readonly RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + LENGTH_END <= bytes.length; ) {
    const end = at + LENGTH_END + bytes.readInt32BE(at + LENGTH_END - 4);
    if (end > bytes.length) break;
    batches.push(recordBatch(bytes.subarray(at, end)));
    at = end;
  }
  return batches;
}

function recordBatch(bytes: Buffer): RecordBatch {
  const magic = bytes.length > MAGIC_AT ? bytes.readInt8(MAGIC_AT) : MAGIC;
  if (magic !== MAGIC) {
    throw new RecordFormatError(
      `offset ${number64(bytes, 0)} has message format ${magic}, expected ${MAGIC}: its producer wrote the format of ` +
        'before Kafka 0.11; copy the topic with a newer client',
    );
  }
  if (bytes.length < HEADER_BYTES) {
    throw new RecordFormatError(`expected a record batch of ${HEADER_BYTES} bytes or more, found ${bytes.length}`);
  }
  const attributes = bytes.readInt16BE(21);
  const baseOffset = number64(bytes, 0);
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(23),
    codec: attributes & CODEC_MASK,
    timestampType: attributes & LOG_APPEND_TIME_FLAG ? 'LogAppendTime' : 'CreateTime',
    baseTimestampMs: number64(bytes, 27),
    maxTimestampMs: number64(bytes, 35),
    producerId: bytes.readBigInt64BE(43),
    isControl: (attributes & CONTROL_FLAG) !== 0,
    recordCount: bytes.readInt32BE(57),
    records: bytes.subarray(HEADER_BYTES),
  };
}

/** An offset or a timestamp; a double holds every realistic value exactly. */
const number64 = (bytes: Buffer, at: number) => Number(bytes.readBigInt64BE(at));
