import type { DirectBuffer } from './direct-buffer.ts';

/** Enough for the kafka partitions of one payload; further buffers are left to the garbage collector. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

const kept: DirectBuffer[] = [];

/** Batches of one stream have similar sizes: rounding up lets a buffer serve a slightly larger batch. */
const STEP_BYTES = 1024 * 1024;

/**
 * Returns a buffer of at least this many bytes, with arbitrary contents. Memory that is new to the process costs a page
 * fault per page, which for a batch is as much as matching its records, so returned buffers are reused. A buffer that
 * has become too small is replaced by a larger one, so there are only as many as are in use at a time.
 */
export function takeScratch(leastBytes: number): DirectBuffer {
  const fitting = kept.findIndex(({ length }) => length >= leastBytes);
  const [taken] = kept.splice(Math.max(fitting, 0), 1);
  if (fitting >= 0 && taken !== undefined) return taken;
  return Buffer.allocUnsafeSlow(Math.ceil(leastBytes / STEP_BYTES) * STEP_BYTES) as DirectBuffer;
}

/** Returns a buffer that is no longer used to the pool. A buffer that is never returned is garbage-collected. */
export function giveBackScratch(buffer: DirectBuffer): void {
  if (buffer.length > MAX_KEPT_BYTES) return;
  kept.push(buffer);
  let keptBytes = kept.reduce((sum, { length }) => sum + length, 0);
  while (keptBytes > MAX_KEPT_BYTES) keptBytes -= kept.shift()?.length ?? 0;
}
