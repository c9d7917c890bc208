import type { Lines } from './lines.ts';

const NEWLINE = 0x0a;
const COMMA = 0x2c;

/**
 * What `write` and `toString` call behind a switch on the encoding. A record passes here three times, and the switch is a
 * tenth of what judging it costs. Node has always had these methods, but its types leave them out.
 */
interface DirectBuffer extends Buffer {
  latin1Write(text: string, offset: number): number;
  base64Write(text: string, offset: number): number;
  utf8Write(text: string, offset: number): number;
  latin1Slice(start: number, end: number): string;
}

/**
 * Collects lines in one growing buffer. A record's base64 is decoded straight into its place, behind the position that is
 * spliced in: no string or buffer per record outlives the call.
 */
export function lineBuffer(expectedBytes: number) {
  let bytes = Buffer.allocUnsafe(Math.max(expectedBytes, 1024)) as DirectBuffer;
  let end = 0;
  const starts: number[] = [];
  const offsets: number[] = [];

  const reserve = (more: number) => {
    if (end + more <= bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, end + more)) as DirectBuffer;
    bytes.copy(larger, 0, 0, end);
    bytes = larger;
  };

  const finish = (offset: number, start: number, textStart: number) => {
    // The text's own brace gives way to the comma behind the position.
    bytes[textStart] = COMMA;
    bytes[end++] = NEWLINE;
    starts.push(start);
    offsets.push(offset);
  };

  return {
    /**
     * Appends the record's own text if `accepts` says so of its bytes, read as latin1. `position` is JSON without its
     * closing brace: `{"$o":17,"$t":1769864400000`.
     */
    appendIf(offset: number, position: string, base64: string, accepts: (latin1Text: string) => boolean): boolean {
      reserve(position.length + base64.length + 1);
      const start = end;
      const textStart = start + bytes.latin1Write(position, start);
      end = textStart + bytes.base64Write(base64, textStart);
      if (accepts(bytes.latin1Slice(textStart, end))) {
        finish(offset, start, textStart);
        return true;
      }
      end = start;
      return false;
    },

    append(offset: number, position: string, line: string): void {
      reserve(position.length + line.length * 3 + 1);
      const start = end;
      const textStart = start + bytes.latin1Write(position, start);
      end = textStart + bytes.utf8Write(line, textStart);
      finish(offset, start, textStart);
    },

    lines: (): Lines => ({ bytes: bytes.subarray(0, end), starts, offsets }),
  };
}
