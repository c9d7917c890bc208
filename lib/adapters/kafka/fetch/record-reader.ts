/**
 * The records in a record batch, each encoded as
 *
 *     length           varint
 *     attributes       int8      unused
 *     timestamp delta  varlong
 *     offset delta     varint
 *     key              varint length (−1 for null) and bytes
 *     value            the same
 *     headers          varint count, each a name and a value
 *
 * @see https://kafka.apache.org/documentation/#record
 */
import type { Header, LogRecord } from '../../../pipeline/ports.ts';
import { type RecordBatch, RecordFormatError } from './record-batch.ts';

const NO_HEADERS: readonly Header[] = [];
const NO_BYTES = Buffer.alloc(0);

/**
 * The batch's records from an offset on: a fetch starts at an offset, but its response starts at a batch.
 * @param bytes the batch's records without compression. Keys and values are views of them.
 * @throws RecordFormatError
 */
export function readRecords(
  batch: RecordBatch,
  bytes: Buffer,
  place: { readonly kafkaPartition: number; readonly fromOffset: number },
): LogRecord[] {
  const { baseOffset, baseTimestampMs, maxTimestampMs, timestampType } = batch;
  const records: LogRecord[] = [];
  const cursor = byteCursor(bytes);
  for (let index = 0; index < batch.recordCount; index += 1) {
    const length = cursor.varint();
    const end = cursor.at() + length;
    cursor.skip(1);
    const timestampDelta = cursor.varint();
    const offset = baseOffset + cursor.varint();
    if (offset >= place.fromOffset) {
      records.push({
        kafkaPartition: place.kafkaPartition,
        offset,
        timestampMs: timestampType === 'LogAppendTime' ? maxTimestampMs : baseTimestampMs + timestampDelta,
        timestampType,
        key: cursor.bytes(),
        value: cursor.bytes(),
        headers: readHeaders(cursor),
      });
    }
    cursor.moveTo(end);
  }
  return records;
}

function readHeaders(cursor: ByteCursor): readonly Header[] {
  const count = cursor.varint();
  if (count === 0) return NO_HEADERS;
  const headers: Header[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = (cursor.bytes() ?? NO_BYTES).toString('utf8');
    // Kafka allows null as a header's value; here it becomes empty.
    headers.push({ name, value: cursor.bytes() ?? NO_BYTES });
  }
  return headers;
}

interface ByteCursor {
  at(): number;
  moveTo(position: number): void;
  skip(bytes: number): void;
  /** A zigzag-encoded integer of up to 64 bits; beyond 2^53 it is rounded. */
  varint(): number;
  /** A varint length and that many bytes, as a view; null for a negative length. */
  bytes(): Buffer | null;
}

function byteCursor(buffer: Buffer): ByteCursor {
  let position = 0;

  function varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = buffer[position++];
      if (byte === undefined) throw cutOff();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      factor *= 128;
    }
  }

  function moveTo(next: number): void {
    if (next > buffer.length || next < position) throw cutOff();
    position = next;
  }

  const cutOff = () => new RecordFormatError(`a record goes beyond the ${buffer.length} bytes of its batch`);
  return {
    at: () => position,
    moveTo,
    skip: (bytes) => moveTo(position + bytes),
    varint,
    bytes: () => {
      const length = varint();
      if (length < 0) return null;
      const start = position;
      moveTo(start + length);
      return buffer.subarray(start, position);
    },
  };
}
