import { MAX_EVENT_BYTES } from '../../derive/topic.ts';
import { ahead } from './ahead.ts';
import { jsonValues, valueScan } from './json-values.ts';
import { textLines } from './text-lines.ts';
import { unpackedBytes } from './unpacked-bytes.ts';

/** The text of one event in a file, not validated. */
export interface EventText {
  /** Null if it is longer than the limit. */
  readonly text: Uint8Array | null;
  /** The line on which it begins, counted from 1. */
  readonly line: number;
}

/**
 * The events of a byte stream, in order, in bounded memory. One event per line; or, if the stream begins with a list or
 * an object that does not end on the first line, JSON values regardless of line ends, with the elements of lists as
 * separate events. Gzip and byte-order marks are removed, and blank lines are skipped.
 * @throws for a stream in any other format, and for one that ends within a list or an event.
 */
export async function* readEvents(
  chunks: AsyncIterable<Buffer>,
  maxBytes = MAX_EVENT_BYTES,
): AsyncGenerator<EventText> {
  const { head, all } = await ahead(unpackedBytes(chunks), (read) => layoutOf(read, false) !== null);
  if (layoutOf(head, true) === 'values') yield* jsonValues(all, maxBytes);
  else yield* withoutBlanks(textLines(all, maxBytes));
}

/** The lines of a byte stream, decompressed from gzip and otherwise unmodified. Only empty lines are skipped. */
export async function* readRawLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes = MAX_EVENT_BYTES,
): AsyncGenerator<EventText> {
  yield* textLines(unpackedBytes(chunks), maxBytes);
}

/** The maximum number of bytes read to detect a stream's layout. */
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * The layout of a stream with this beginning; null if more of it is needed. An object that does not end on the first
 * line either spans several lines or is a broken line: in the latter case another line is complete, or begins like one.
 */
function layoutOf(head: Buffer, isAll: boolean): 'lines' | 'values' | null {
  const text = head.toString('utf8');
  const [first] = /[^\s\uFEFF]/.exec(text) ?? [];
  if (first === '[') return 'values';
  if (first !== '{') return first === undefined && !isAll ? null : 'lines';
  const lines = text.split('\n').map((line) => line.replace(/^\uFEFF/, ''));
  if (lines.slice(0, isAll ? undefined : -1).some(isObject)) return 'lines';
  if (!isAll && head.length < MAX_HEAD_BYTES) return null;
  const isOfSeveral = lines.length > 1 && !lines.slice(1).some((line) => line.startsWith('{'));
  return isOfSeveral || beginsWithObject(head) ? 'values' : 'lines';
}

const isObject = (text: string): boolean => text.startsWith('{') && isJson(text);

function beginsWithObject(head: Buffer): boolean {
  const [first] = valueScan(head.length).take(head);
  return first !== undefined && isJson(Buffer.from(first.text ?? []).toString());
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** Skips blank lines, and removes the marks at the beginning of files, also if several files were joined. */
async function* withoutBlanks(lines: AsyncIterable<EventText>): AsyncGenerator<EventText> {
  for await (const { text, line } of lines) {
    if (text === null) yield { text, line };
    else {
      const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
      const unmarked = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
      if (unmarked.some((byte) => !BLANK_BYTES.has(byte))) yield { text: unmarked, line };
    }
  }
}

/** Space, tab, carriage return. */
const BLANK_BYTES = new Set([0x20, 0x09, 0x0d]);
