import { once } from 'node:events';

/** Writes to stdout as fast as it is read, so that any amount can be printed. */
export async function print(pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
}

/** Places in a line of the terminal; Infinity where the output is none. */
export function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity;
}
