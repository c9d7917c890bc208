import { crc32 } from 'node:zlib';
import {
  type Header,
  type LogRecord,
  type RecordToAppend,
  RecordTooLargeError,
  type TimestampType,
} from '../../../pipeline/ports.ts';

/**
 * A record in a segment file; numbers are big-endian:
 *
 *     ┌────────┬───────┬──────────────────────────── body, `length` bytes ──────────────────────────────────────┐
 *     │ length │ crc32 │ offset │ ordinal │ timestamp │ flags │ key length │ key │ value length │ value │ headers │
 *     │ u32    │ u32   │ i64    │ u32     │ i64, ms   │ u8    │ i32        │     │ i32          │       │         │
 *     └────────┴───────┴────────┴─────────┴───────────┴───────┴────────────┴─────┴──────────────┴───────┴─────────┘
 *       headers = count u32, then for each: name length u32, name (UTF-8), value length u32, value
 *
 * A length of −1 is null. Flag 1 says that the timestamp is the producer's. The crc is of the body and starts from the
 * segment's own random seed, so that a copy of a segment inside a record's value is not mistaken for records. `ordinal`
 * counts the records before this one that were made durable in the same write: after a crash it distinguishes an
 * unfinished write, which was never acknowledged, from damage to acknowledged records.
 */
const PREFIX_BYTES = 8;
const FIXED_BODY_BYTES = 8 + 4 + 8 + 1 + 4 + 4 + 4;
const CREATE_TIME_FLAG = 1;
const TWO_TO_THE_32 = 2 ** 32;

/** More than any Kafka broker accepts by default; a greater length is damage. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;

/** A record's offset, position and time in the log. */
export interface Placement {
  readonly offset: number;
  readonly ordinal: number;
  readonly timestampMs: number;
  readonly timestampType: TimestampType;
}

/** @throws RecordTooLargeError if the record is larger than a frame may be */
export function frameBytes({ key, value, headers }: RecordToAppend): number {
  let body = FIXED_BODY_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) body += 8 + Buffer.byteLength(header.name) + header.value.length;
  if (body > MAX_BODY_BYTES) {
    throw new RecordTooLargeError(
      `a record of ${body} bytes is too large for the event log: expected at most ${MAX_BODY_BYTES} bytes`,
    );
  }
  return PREFIX_BYTES + body;
}

/** Writes the frame at `at`, which must have room for `frameBytes`, and returns where the next frame begins. */
export function writeFrame(
  into: Buffer,
  at: number,
  record: RecordToAppend,
  { placement, seed }: { readonly placement: Placement; readonly seed: number },
): number {
  const bodyAt = at + PREFIX_BYTES;
  let next = writeInt64(into, bodyAt, placement.offset);
  next = into.writeUInt32BE(placement.ordinal, next);
  next = writeInt64(into, next, placement.timestampMs);
  next = into.writeUInt8(placement.timestampType === 'CreateTime' ? CREATE_TIME_FLAG : 0, next);
  next = writeNullable(into, next, record.key);
  next = writeNullable(into, next, record.value);
  next = writeHeaders(into, next, record.headers);
  into.writeUInt32BE(next - bodyAt, at);
  into.writeUInt32BE(crc32(into.subarray(bodyAt, next), seed), at + 4);
  return next;
}

function writeNullable(into: Buffer, at: number, bytes: Uint8Array | null): number {
  into.writeInt32BE(bytes === null ? -1 : bytes.length, at);
  if (bytes !== null) into.set(bytes, at + 4);
  return at + 4 + (bytes?.length ?? 0);
}

function writeHeaders(into: Buffer, at: number, headers: readonly Header[]): number {
  let next = into.writeUInt32BE(headers.length, at);
  for (const { name, value } of headers) {
    const nameBytes = into.write(name, next + 4);
    into.writeUInt32BE(nameBytes, next);
    next = into.writeUInt32BE(value.length, next + 4 + nameBytes);
    into.set(value, next);
    next += value.length;
  }
  return next;
}

/** Written as two words, because a BigInt for every record costs more than its checksum. */
function writeInt64(into: Buffer, at: number, value: number): number {
  const high = Math.floor(value / TWO_TO_THE_32);
  into.writeInt32BE(high, at);
  return into.writeUInt32BE(value - high * TWO_TO_THE_32, at + 4);
}

const readInt64 = (from: Buffer, at: number) => from.readInt32BE(at) * TWO_TO_THE_32 + from.readUInt32BE(at + 4);

/**
 * The size of the frame at `at`, from its length field: `partial` if the field is cut off, `damaged` if it is absurd.
 */
export function frameBytesAt(from: Buffer, at: number): number | 'partial' | 'damaged' {
  if (at + PREFIX_BYTES > from.length) return 'partial';
  const body = from.readUInt32BE(at);
  return body < FIXED_BODY_BYTES || body > MAX_BODY_BYTES ? 'damaged' : PREFIX_BYTES + body;
}

/** Whether the frame of `bytes` bytes, which must be within the buffer, is unchanged since it was written. */
export function isIntact(from: Buffer, at: number, bytes: number, seed: number): boolean {
  return crc32(from.subarray(at + PREFIX_BYTES, at + bytes), seed) === from.readUInt32BE(at + 4);
}

/** Whether the lengths in the frame of `bytes` bytes, which must be within the buffer, fill it: much cheaper than its crc. */
export function lengthsAddUp(from: Buffer, at: number, bytes: number): boolean {
  const end = at + bytes;
  const flagsAt = at + PREFIX_BYTES + 20;
  if (from.readUInt8(flagsAt) > CREATE_TIME_FLAG) return false;
  let next = flagsAt + 1;
  for (const _ of ['key', 'value']) {
    if (next + 4 > end) return false;
    const length = from.readInt32BE(next);
    if (length < -1) return false;
    next += 4 + Math.max(length, 0);
  }
  if (next + 4 > end) return false;
  const texts = 2 * from.readUInt32BE(next);
  next += 4;
  if (texts * 4 > end - next) return false;
  for (let text = 0; text < texts; text += 1) {
    if (next + 4 > end) return false;
    next += 4 + from.readUInt32BE(next);
  }
  return next === end;
}

export const offsetAt = (from: Buffer, at: number) => readInt64(from, at + PREFIX_BYTES);
export const ordinalAt = (from: Buffer, at: number) => from.readUInt32BE(at + PREFIX_BYTES + 8);
export const timestampAt = (from: Buffer, at: number) => readInt64(from, at + PREFIX_BYTES + 12);

/** The record of an intact frame. Its bytes are views of the buffer. */
export function readFrame(from: Buffer, at: number, kafkaPartition: number): LogRecord {
  const flagsAt = at + PREFIX_BYTES + 20;
  const keyLength = from.readInt32BE(flagsAt + 1);
  const keyAt = flagsAt + 5;
  const valueLengthAt = keyAt + Math.max(keyLength, 0);
  const valueLength = from.readInt32BE(valueLengthAt);
  const valueAt = valueLengthAt + 4;
  return {
    kafkaPartition,
    offset: offsetAt(from, at),
    timestampMs: timestampAt(from, at),
    timestampType: from.readUInt8(flagsAt) & CREATE_TIME_FLAG ? 'CreateTime' : 'LogAppendTime',
    key: keyLength < 0 ? null : from.subarray(keyAt, keyAt + keyLength),
    value: valueLength < 0 ? null : from.subarray(valueAt, valueAt + valueLength),
    headers: readHeaders(from, valueAt + Math.max(valueLength, 0)),
  };
}

function readHeaders(from: Buffer, at: number): readonly Header[] {
  const headers: Header[] = [];
  let next = at + 4;
  for (let left = from.readUInt32BE(at); left > 0; left -= 1) {
    const valueLengthAt = next + 4 + from.readUInt32BE(next);
    const valueAt = valueLengthAt + 4;
    const valueEnd = valueAt + from.readUInt32BE(valueLengthAt);
    headers.push({ name: from.toString('utf8', next + 4, valueLengthAt), value: from.subarray(valueAt, valueEnd) });
    next = valueEnd;
  }
  return headers;
}
