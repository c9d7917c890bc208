import type { DirectBuffer } from './direct-buffer.ts';

/** Enough for the kafka partitions of one payload; the others are left to the collector. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

const kept: DirectBuffer[] = [];

/** Batches of one stream are of about one size: what a large one is made from serves a slightly larger one. */
const STEP_BYTES = 1024 * 1024;

/**
 * A buffer of at least so many bytes, with anything in it. Memory that is new to the process costs a fault for every page
 * of it, which for a batch is as much as matching its records: buffers that are given back are used again. One that has
 * become too small makes way for a larger one, so that there are as many as are in use at a time.
 */
export function takeScratch(leastBytes: number): DirectBuffer {
  const fitting = kept.findIndex(({ length }) => length >= leastBytes);
  const [taken] = kept.splice(Math.max(fitting, 0), 1);
  if (fitting >= 0 && taken !== undefined) return taken;
  return Buffer.allocUnsafeSlow(Math.ceil(leastBytes / STEP_BYTES) * STEP_BYTES) as DirectBuffer;
}

/** Gives a buffer back that nobody reads or writes any more. One that is never given back is merely collected. */
export function giveBackScratch(buffer: DirectBuffer): void {
  if (buffer.length > MAX_KEPT_BYTES) return;
  kept.push(buffer);
  let keptBytes = kept.reduce((sum, { length }) => sum + length, 0);
  while (keptBytes > MAX_KEPT_BYTES) keptBytes -= kept.shift()?.length ?? 0;
}
