import type { Rejection } from './outcome.ts';

/** One line of input to `produce`, without its line ending. */
export interface InputLine {
  readonly source: LineSource;
  readonly bytes: Uint8Array;
}

/** A line that is too long to be read as a whole. */
export interface OverlongLine {
  readonly source: LineSource;
  readonly refused: Rejection;
}

export interface LineSource {
  /** Path of the file, or the name of another source. */
  readonly file: string;
  /** Counts from 1, empty lines included. */
  readonly lineNumber: number;
}
