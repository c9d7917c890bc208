import type { FileHandle } from 'node:fs/promises';
import { readFully } from './durable-file.ts';
import { frameBytesAt, isIntact, lengthsAddUp, offsetAt, ordinalAt, timestampAt } from './record-frame.ts';
import { CorruptLogError, type Segment } from './segment.ts';
import { addToIndex } from './segment-index.ts';

const CHUNK_BYTES = 1024 * 1024;

/** The bytes from `position` to `end`: `chunkBytes`, or a larger first frame. They may end within a frame. */
export async function readChunk(
  file: FileHandle,
  { position, end, chunkBytes }: { readonly position: number; readonly end: number; readonly chunkBytes: number },
): Promise<Buffer> {
  const chunk = await readFully(file, position, Math.min(chunkBytes, end - position));
  const first = frameBytesAt(chunk, 0);
  if (typeof first !== 'number' || first <= chunk.length || position + first > end) return chunk;
  return readFully(file, position, first);
}

/**
 * Reads the segment's file from the end of its index, adds intact frames to the index, and returns where damage begins;
 * undefined if there is none up to `end`.
 */
export async function scanSegment(file: FileHandle, segment: Segment, end: number): Promise<number | undefined> {
  const { index, seed } = segment;
  while (index.endPosition < end) {
    const chunk = await readChunk(file, { position: index.endPosition, end, chunkBytes: CHUNK_BYTES });
    const before = index.endPosition;
    for (let at = 0; ; ) {
      const bytes = frameBytesAt(chunk, at);
      if (typeof bytes !== 'number' || at + bytes > chunk.length) break;
      if (!isIntact(chunk, at, bytes, seed) || offsetAt(chunk, at) !== index.endOffset) return index.endPosition;
      addToIndex(index, { bytes, timestampMs: timestampAt(chunk, at) });
      at += bytes;
    }
    if (index.endPosition === before) return before;
  }
  return undefined;
}

/**
 * After damage at the index's end, ensures that the damage is the remainder of the last write, which the crash
 * interrupted and which was never acknowledged. An intact record of a later write proves otherwise. (The disk may have
 * kept later parts of a write without earlier ones, so intact records of the *same* write prove nothing.)
 * @throws CorruptLogError
 */
export async function assertUnfinishedTail(file: FileHandle, segment: Segment, end: number): Promise<void> {
  const { index, seed, path } = segment;
  const rest = await readFully(file, index.endPosition, end - index.endPosition);
  for (let at = 1; at < rest.length; at += 1) {
    const bytes = frameBytesAt(rest, at);
    if (bytes === 'partial') break;
    if (bytes === 'damaged' || at + bytes > rest.length) continue;
    const offset = offsetAt(rest, at);
    if (offset - ordinalAt(rest, at) <= index.endOffset) continue;
    // Bytes of a value may resemble millions of frames.
    if (!lengthsAddUp(rest, at, bytes) || !isIntact(rest, at, bytes, seed)) continue;
    throw corrupt(
      path,
      index.endPosition,
      `expected record ${index.endOffset}, found damage, and record ${offset} intact behind it`,
    );
  }
}

/** An error that says what was expected and found, in which file and at which byte, and what to do. */
export function corrupt(path: string, position: number, found: string): CorruptLogError {
  return new CorruptLogError(
    `event log: ${path} is damaged at byte ${position}: ${found}. Nothing was changed. Restore the file from a backup, ` +
      'or move the whole topic folder away to continue without its records.',
  );
}
