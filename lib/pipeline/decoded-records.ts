import { type DeliveredRecord, ingestedAtMs } from './batch.ts';
import { COMMA, type DirectBuffer, NEWLINE } from './direct-buffer.ts';
import type { Lines } from './lines.ts';
import { giveBackScratch, takeScratch } from './scratch-buffers.ts';

/** A batch's records in one buffer, each behind its position and before a line break: nearly lines already. */
export interface DecodedRecords {
  readonly bytes: Uint8Array;
  /** Where each record's own text begins; −1 for a tombstone. */
  readonly textStarts: readonly number[];
  /** Where each record's line break is. */
  readonly lineBreaks: readonly number[];
  latin1(): string;
  /** The record's own bytes; null for a tombstone. */
  text(index: number): Uint8Array | null;
  /** Makes a line of the record: its opening brace gives way to the comma behind the position. */
  splice(index: number): void;
  /** The record with its position and line break. */
  line(index: number): Uint8Array;
  /** All records, when all are lines. */
  lines(): Lines;
  /** Gives the memory back: after this, nothing of the above may be touched. */
  release(): void;
}

/** Room for the position that is spliced in front of each record, two 64-bit numbers, and for its line break. */
const POSITION_BYTES = 64;

/** What is spliced in front of a record's text: `{"$o":17,"$t":1769864400000`. */
export function positionOf(record: DeliveredRecord): string {
  return `{"$o":${record.offset},"$t":${ingestedAtMs(record)}`;
}

export function decodeRecords(records: readonly DeliveredRecord[]): DecodedRecords {
  const room = records.reduce((sum, { value }) => sum + (value === null ? 0 : value.length * 0.75 + POSITION_BYTES), 4);
  const buffer = takeScratch(Math.ceil(room));
  const starts: number[] = [];
  const textStarts: number[] = [];
  const lineBreaks: number[] = [];
  let end = 0;
  for (const record of records) {
    starts.push(end);
    if (record.value === null) {
      textStarts.push(-1);
      lineBreaks.push(-1);
      continue;
    }
    end = writePosition(buffer, end, record);
    textStarts.push(end);
    end += buffer.base64Write(record.value, end);
    lineBreaks.push(end);
    buffer[end++] = NEWLINE;
  }
  const bytes = buffer.subarray(0, end);
  return {
    bytes,
    textStarts,
    lineBreaks,
    latin1: () => buffer.latin1Slice(0, end),
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

const OFFSET_NAME = Buffer.from('{"$o":');
const TIMESTAMP_NAME = Buffer.from(',"$t":');

/** Writes what `positionOf` says. Digit by digit, because making a string of it takes longer than decoding the record. */
function writePosition(buffer: DirectBuffer, at: number, record: DeliveredRecord): number {
  buffer.set(OFFSET_NAME, at);
  const end = writeInteger(buffer, at + OFFSET_NAME.length, record.offset);
  buffer.set(TIMESTAMP_NAME, end);
  return writeInteger(buffer, end + TIMESTAMP_NAME.length, ingestedAtMs(record));
}

const ZERO = 0x30;

function writeInteger(buffer: DirectBuffer, at: number, value: number): number {
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) return at + buffer.latin1Write(String(value), at);
  let end = at + 1;
  for (let bound = 10; bound <= value; bound *= 10) end++;
  let rest = value;
  for (let index = end - 1; index >= at; index--) {
    const tenth = Math.floor(rest / 10);
    buffer[index] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  return end;
}
