import type { DirectBuffer } from './direct-buffer.ts';

/** Enough for the kafka partitions of one payload; larger ones are left to the collector. */
const MOST_KEPT = 4;
const MOST_BYTES_EACH = 16 * 1024 * 1024;

const kept: DirectBuffer[] = [];

/**
 * A buffer of at least so many bytes, with anything in it. Memory that is new to the process costs a fault for every page
 * of it, which for a batch is as much as matching its records: buffers that are given back are used again.
 */
export function takeScratch(leastBytes: number): DirectBuffer {
  const index = kept.findIndex(({ length }) => length >= leastBytes);
  const [found] = index < 0 ? [] : kept.splice(index, 1);
  return found ?? (Buffer.allocUnsafeSlow(leastBytes) as DirectBuffer);
}

/** Gives a buffer back that nobody reads or writes any more. One that is never given back is merely collected. */
export function giveBackScratch(buffer: DirectBuffer): void {
  if (buffer.length > MOST_BYTES_EACH) return;
  kept.push(buffer);
  if (kept.length > MOST_KEPT) kept.shift();
}
