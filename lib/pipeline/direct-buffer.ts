/**
 * What a buffer's `write` and `toString` call behind a switch on the encoding. Every record of a batch passes here, and the
 * switch is a tenth of what judging one costs. Node has always had these methods, but its types leave them out.
 */
export interface DirectBuffer extends Buffer {
  latin1Write(text: string, offset: number): number;
  base64Write(text: string, offset: number): number;
  utf8Write(text: string, offset: number): number;
  latin1Slice(start: number, end: number): string;
}

export const NEWLINE = 0x0a;
export const COMMA = 0x2c;
