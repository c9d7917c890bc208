import type { EventText } from './read-events.ts';

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Bytes between values: space, tab, line ends, commas, and the three bytes of a byte-order mark. */
const BETWEEN = new Set([0x20, 0x09, 0x0d, LINE_FEED, COMMA, 0xef, 0xbb, 0xbf]);

/**
 * The JSON values of a byte stream, in order, regardless of line ends: top-level values, and the elements of top-level
 * lists. Only brackets and quotes are interpreted; validating a value is left to its reader. Holds at most `maxBytes`
 * of a value and one chunk; the rest of a larger value is skipped, and its `text` is null.
 * @throws if the stream ends within a value or a list, naming the line on which it begins.
 */
export async function* jsonValues(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<EventText> {
  const scan = valueScan(maxBytes);
  for await (const chunk of chunks) yield* scan.take(chunk);
  yield* scan.end();
}

/** Scans the chunks of one stream: returns the values that have ended, and at the end the remainder. */
export function valueScan(maxBytes: number) {
  let line = 1;
  /** The line of the open top-level list; null outside a list. */
  let listLine: number | null = null;
  let value: OpenValue | null = null;

  /** Handles a byte between values: it opens or closes the list, or begins a value. */
  function between(byte: number): void {
    if (byte === OPEN_LIST && listLine === null) listLine = line;
    else if (byte === CLOSE_LIST && listLine !== null) listLine = null;
    else value = openValue(line, maxBytes);
  }

  function* take(chunk: Buffer): Generator<EventText> {
    let begin = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (value === null && !BETWEEN.has(byte)) {
        between(byte);
        begin = at;
      }
      if (value !== null) {
        const end = value.endsAt(byte, listLine !== null);
        if (end !== null) {
          value.add(chunk.subarray(begin, at + (end === 'with' ? 1 : 0)));
          yield value.ended();
          value = null;
          if (end === 'before' && byte === CLOSE_LIST) listLine = null;
        }
      }
      if (byte === LINE_FEED) line += 1;
    }
    value?.add(chunk.subarray(begin));
  }

  function* end(): Generator<EventText> {
    const found = 'found the end of the file';
    if (value?.isOpen())
      throw new Error(`the value that begins on line ${value.line} has no end: expected JSON, ${found}`);
    if (value !== null) yield value.ended();
    if (listLine !== null)
      throw new Error(`the list that begins on line ${listLine} has no end: expected "]", ${found}`);
  }

  return { take, end };
}

type OpenValue = ReturnType<typeof openValue>;

function openValue(line: number, maxBytes: number) {
  let parts: Buffer[] = [];
  let bytes = 0;
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  return {
    line,
    isOpen: () => depth > 0 || isText,
    /** Adds the value's next byte. Returns whether the value ends with that byte or before it; null if neither. */
    endsAt(byte: number, isInList: boolean): 'with' | 'before' | null {
      if (isText) {
        isText = isEscaped || byte !== QUOTE;
        isEscaped = !isEscaped && byte === BACKSLASH;
      } else if (byte === QUOTE) isText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (depth === 0) return endsBare(byte, isInList) ? 'before' : null;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        depth -= 1;
        return depth === 0 ? 'with' : null;
      }
      return null;
    },
    add(part: Buffer): void {
      bytes += part.length;
      if (bytes > maxBytes) parts = [];
      else parts.push(part);
    },
    ended: (): EventText => ({ line, text: bytes > maxBytes ? null : Buffer.concat(parts) }),
  };
}

/** Whether a value that is neither an object nor a list ends before this byte. */
const endsBare = (byte: number, isInList: boolean) =>
  byte === COMMA || (isInList ? byte === CLOSE_LIST : byte === LINE_FEED);
