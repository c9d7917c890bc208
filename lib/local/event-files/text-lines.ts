import type { EventText } from './read-events.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * The non-empty lines of a byte stream, in order. Lines end with LF or CRLF; the last may end with the stream. Holds at
 * most `maxLineBytes` and one chunk: the rest of a longer line is skipped.
 */
export async function* textLines(chunks: AsyncIterable<Buffer>, maxLineBytes: number): AsyncGenerator<EventText> {
  const line = lineInParts(maxLineBytes);
  for await (const chunk of chunks) {
    let begin = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, begin)) {
      line.add(chunk.subarray(begin, end));
      begin = end + 1;
      const ended = line.end();
      if (ended.text?.length !== 0) yield ended;
    }
    line.add(chunk.subarray(begin));
  }
  const last = line.end();
  if (last.text?.length !== 0) yield last;
}

/** Joins a line that spans chunks, and discards it once it exceeds the limit. */
function lineInParts(maxLineBytes: number) {
  let parts: Buffer[] = [];
  let bytes = 0;
  let line = 0;
  return {
    add(part: Buffer): void {
      bytes += part.length;
      // The carriage return may still be removed.
      if (bytes > maxLineBytes + 1) parts = [];
      else if (part.length > 0) parts.push(part);
    },
    end(): EventText {
      const whole = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      const trimmed = bytes > maxLineBytes + 1 || whole === undefined ? null : withoutEnds(whole, line === 0);
      parts = [];
      bytes = 0;
      line += 1;
      return { line, text: trimmed !== null && trimmed.length > maxLineBytes ? null : trimmed };
    },
  };
}

/** The line without its carriage return, and without the byte-order mark that some editors add to a file. */
function withoutEnds(line: Buffer, isFirst: boolean): Buffer {
  const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
  const marked = isFirst && line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return line.subarray(marked ? BYTE_ORDER_MARK.length : 0, end);
}
