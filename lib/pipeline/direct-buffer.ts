/**
 * The methods that a buffer's `write` and `toString` call after a switch on the encoding. Every record of a batch is
 * processed here, and the switch is a tenth of the cost of judging one. Node has always had these methods, but its
 * types omit them.
 */
export interface DirectBuffer extends Buffer {
  latin1Write(text: string, offset: number): number;
  base64Write(text: string, offset: number): number;
  utf8Write(text: string, offset: number): number;
  latin1Slice(start: number, end: number): string;
}

export const NEWLINE = 0x0a;
export const COMMA = 0x2c;
