import type { Rejection } from './outcome.ts';

/** One line of input to `produce`, without its line ending. */
export interface InputLine {
  readonly source: LineSource;
  readonly bytes: Uint8Array;
}

/** A line that was not read as a whole because it is too long. */
export interface OverlongLine {
  readonly source: LineSource;
  readonly refused: Rejection;
}

export interface LineSource {
  /** Path of the file, or what else the line comes from. */
  readonly file: string;
  /** Counts from 1, empty lines included. */
  readonly lineNumber: number;
}
