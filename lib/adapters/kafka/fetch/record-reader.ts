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
  const cursor: ByteCursor = { bytes, at: 0 };
  for (let index = 0; index < batch.recordCount; index += 1) {
    const length = varint(cursor);
    const end = cursor.at + length;
    moveTo(cursor, cursor.at + 1);
    const timestampDelta = varint(cursor);
    const offset = baseOffset + varint(cursor);
    if (offset >= place.fromOffset) {
      records.push({
        kafkaPartition: place.kafkaPartition,
        offset,
        timestampMs: timestampType === 'LogAppendTime' ? maxTimestampMs : baseTimestampMs + timestampDelta,
        timestampType,
        key: view(cursor),
        value: view(cursor),
        headers: readHeaders(cursor),
      });
    }
    moveTo(cursor, end);
  }
  return records;
}

function readHeaders(cursor: ByteCursor): readonly Header[] {
  const count = varint(cursor);
  if (count === 0) return NO_HEADERS;
  const headers: Header[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = (view(cursor) ?? NO_BYTES).toString('utf8');
    // Kafka allows null as a header's value; here it becomes empty.
    headers.push({ name, value: view(cursor) ?? NO_BYTES });
  }
  return headers;
}

/** A position in bytes. Functions of it are compiled once; closures for each batch would be, many times over. */
interface ByteCursor {
  readonly bytes: Buffer;
  at: number;
}

/** A zigzag-encoded integer of up to 64 bits; beyond 2^53 it is rounded. */
function varint(cursor: ByteCursor): number {
  const { bytes } = cursor;
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw cutOff(cursor);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    factor *= 128;
  }
}

/** A varint length and that many bytes, as a view; null for a negative length. */
function view(cursor: ByteCursor): Buffer | null {
  const length = varint(cursor);
  if (length < 0) return null;
  const start = cursor.at;
  moveTo(cursor, start + length);
  return cursor.bytes.subarray(start, cursor.at);
}

function moveTo(cursor: ByteCursor, next: number): void {
  if (next > cursor.bytes.length || next < cursor.at) throw cutOff(cursor);
  cursor.at = next;
}

const cutOff = ({ bytes }: ByteCursor) =>
  new RecordFormatError(`a record goes beyond the ${bytes.length} bytes of its batch`);
