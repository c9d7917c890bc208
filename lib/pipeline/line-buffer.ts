import { COMMA, type DirectBuffer, NEWLINE } from './direct-buffer.ts';
import type { Lines } from './lines.ts';

/** Collects lines in one growing buffer. */
export function lineBuffer(expectedBytes: number) {
  let bytes = Buffer.allocUnsafe(Math.max(expectedBytes, 1024)) as DirectBuffer;
  let end = 0;
  const starts: number[] = [];
  const offsets: number[] = [];

  const begin = (offset: number, maxBytes: number) => {
    if (end + maxBytes > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, end + maxBytes)) as DirectBuffer;
      bytes.copy(larger, 0, 0, end);
      bytes = larger;
    }
    starts.push(end);
    offsets.push(offset);
  };

  return {
    /** Appends a line as it is, including its line break. */
    copy(offset: number, line: Uint8Array): void {
      begin(offset, line.length);
      bytes.set(line, end);
      end += line.length;
    },

    /**
     * Appends JSON text, with its opening brace replaced by the position.
     * @param position JSON without its closing brace: `{"$o":17,"$t":1769864400000`.
     */
    append(offset: number, position: string, text: string): void {
      begin(offset, position.length + text.length * 3 + 1);
      end += bytes.latin1Write(position, end);
      const textStart = end;
      end += bytes.utf8Write(text, end);
      bytes[textStart] = COMMA;
      bytes[end++] = NEWLINE;
    },

    lines: (): Lines => ({ bytes: bytes.subarray(0, end), starts: Int32Array.from(starts), offsets }),
  };
}
