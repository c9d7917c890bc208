import { effectiveTimestampMs } from '../derive/kafka-time.ts';
import { type DeliveredRecord, ingestedAtMs, type RecordBytes } from './batch.ts';
import { COMMA, type DirectBuffer, NEWLINE } from './direct-buffer.ts';
import type { Lines } from './lines.ts';
import { giveBackScratch, takeScratch } from './scratch-buffers.ts';

/** A batch's records in one buffer, each between its position and a line break: already almost lines. */
export interface DecodedRecords {
  readonly bytes: Buffer;
  /** Where each record's own text begins; −1 for a tombstone. */
  readonly textStarts: Int32Array;
  /** Where each record's line break is; −1 for a tombstone. */
  readonly lineBreaks: Int32Array;
  /** The bytes from `start` up to, not including, `end`, or to the end of the buffer, as latin1. */
  latin1(start: number, end: number): string;
  /** The record's own bytes; null for a tombstone. */
  text(index: number): Uint8Array | null;
  /** Turns the record into a line: the comma after the position replaces its opening brace. */
  splice(index: number): void;
  /** The record with its position and its line break. */
  line(index: number): Uint8Array;
  /** All records, once all are lines. */
  lines(): Lines;
  /** Releases the memory: after this call, none of the above may be used. */
  release(): void;
}

/** Room for the position that is spliced in before each record, up to four 64-bit numbers, and for its line break. */
const POSITION_BYTES = 112;

/**
 * Returns what is spliced in before a record's text: `{"$o":17,"$t":1769864400000`, followed in a refined stream by
 * `,"$s":9,"$n":0`.
 */
export function positionOf(record: DeliveredRecord): string {
  const { offset, source } = record;
  const position = `{"$o":${offset},"$t":${effectiveTimestampMs(ingestedAtMs(record))}`;
  return source === undefined ? position : `${position},"$s":${source.offset},"$n":${source.ordinal}`;
}

/** @param withPositions false if no lines are made: only the records' own texts are then written. */
export function decodeRecords(records: readonly DeliveredRecord[], withPositions = true): DecodedRecords {
  const room = records.reduce((sum, { value }) => sum + maxBytes(value) + POSITION_BYTES, 4);
  const buffer = takeScratch(Math.ceil(room));
  const starts = new Int32Array(records.length);
  const textStarts = new Int32Array(records.length).fill(-1);
  const lineBreaks = new Int32Array(records.length).fill(-1);
  let end = 0;
  // Loops use indices here and where shapes are matched: iterators would allocate an array for each record.
  for (let index = 0; index < records.length; index++) {
    const record = records[index] as DeliveredRecord;
    starts[index] = end;
    const { value } = record;
    if (value === null || value === undefined) continue;
    if (withPositions) end = writePosition(buffer, end, record);
    textStarts[index] = end;
    end += writeValue(buffer, end, value);
    lineBreaks[index] = end;
    buffer[end++] = NEWLINE;
  }
  const bytes = buffer.subarray(0, end);
  return {
    bytes,
    textStarts,
    lineBreaks,
    latin1: (from, to) => buffer.latin1Slice(from, Math.min(to, end)),
    text: (index) => {
      const start = textStarts[index] ?? -1;
      return start < 0 ? null : bytes.subarray(start, lineBreaks[index]);
    },
    splice: (index) => {
      buffer[textStarts[index] ?? 0] = COMMA;
    },
    line: (index) => bytes.subarray(starts[index], (lineBreaks[index] ?? 0) + 1),
    lines: () => ({ bytes, starts, offsets: records.map(({ offset }) => offset) }),
    release: () => giveBackScratch(buffer),
  };
}

/** The maximum number of bytes: base64 has four characters for three of them. */
function maxBytes(value: RecordBytes | null | undefined): number {
  return typeof value === 'string' ? value.length * 0.75 : (value?.length ?? 0);
}

function writeValue(buffer: DirectBuffer, at: number, value: RecordBytes): number {
  if (typeof value === 'string') return buffer.base64Write(value, at);
  buffer.set(value, at);
  return value.length;
}

/**
 * Records are matched in texts of about this size, which are allocated and freed in V8's young generation. A text of
 * the whole batch would be outside V8's heap, where only major collections free it; it caused one every few batches.
 */
const TEXT_BYTES = 64 * 1024;

/** Visits each record except tombstones as latin1, from `start` of a text of many to its line break at `end`. */
export function forEachText(
  { textStarts, lineBreaks, latin1 }: DecodedRecords,
  visit: (index: number, text: string, start: number, end: number) => void,
): void {
  let text = '';
  let textStart = 0;
  for (let index = 0; index < textStarts.length; index++) {
    const start = textStarts[index] as number;
    const lineBreak = lineBreaks[index] as number;
    if (start < 0) continue;
    if (lineBreak >= textStart + text.length) {
      textStart = start;
      text = latin1(start, Math.max(start + TEXT_BYTES, lineBreak + 1));
    }
    visit(index, text, start - textStart, lineBreak - textStart);
  }
}

const OFFSET_NAME = Buffer.from('{"$o":');
const TIMESTAMP_NAME = Buffer.from(',"$t":');
const SOURCE_OFFSET_NAME = Buffer.from(',"$s":');
const SOURCE_ORDINAL_NAME = Buffer.from(',"$n":');

/** Writes the text of `positionOf` byte by byte: making a string takes longer than decoding the record. */
function writePosition(buffer: DirectBuffer, at: number, record: DeliveredRecord): number {
  const { source } = record;
  let end = writeInteger(buffer, writeBytes(buffer, at, OFFSET_NAME), record.offset);
  end = writeInteger(buffer, writeBytes(buffer, end, TIMESTAMP_NAME), effectiveTimestampMs(ingestedAtMs(record)));
  if (source === undefined) return end;
  end = writeInteger(buffer, writeBytes(buffer, end, SOURCE_OFFSET_NAME), source.offset);
  return writeInteger(buffer, writeBytes(buffer, end, SOURCE_ORDINAL_NAME), source.ordinal);
}

function writeBytes(buffer: DirectBuffer, at: number, bytes: Uint8Array): number {
  for (let index = 0; index < bytes.length; index++) buffer[at + index] = bytes[index] as number;
  return at + bytes.length;
}

const ZERO = 0x30;
const BILLION = 1e9;

function writeInteger(buffer: DirectBuffer, at: number, value: number): number {
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) return at + buffer.latin1Write(String(value), at);
  if (value < BILLION) return writeDigits(buffer, at, value, digitsOf(value));
  const billions = Math.floor(value / BILLION);
  const end = writeDigits(buffer, at, billions, digitsOf(billions));
  return writeDigits(buffer, end, value - billions * BILLION, 9);
}

/** Writes the last `count` digits of a value below a billion: 32-bit integers are divided several times faster. */
function writeDigits(buffer: DirectBuffer, at: number, value: number, count: number): number {
  let rest = value;
  for (let index = at + count - 1; index >= at; index--) {
    const tenth = (rest / 10) | 0;
    buffer[index] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  return at + count;
}

function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; bound <= value; bound *= 10) count++;
  return count;
}
