import { once } from 'node:events';

/** Writes to stdout with backpressure, so that output of any size can be printed. */
export async function print(pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
}

/** The width of the terminal in columns; Infinity if the output is not a terminal. */
export function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity;
}
