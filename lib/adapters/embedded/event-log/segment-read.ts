import { type FileHandle, open } from 'node:fs/promises';
import { fileTrouble, systemCode } from '../file-trouble.ts';
import { frameBytesAt, isIntact, offsetAt, timestampAt } from './record-frame.ts';
import type { Segment } from './segment.ts';
import { entryOfTime } from './segment-index.ts';
import { corrupt, readChunk } from './segment-scan.ts';

/** The maximum size of one read from a segment. */
export const READ_CHUNK_BYTES = 256 * 1024;

/** A record's frame within a chunk that was read from a segment. */
export interface FrameView {
  readonly chunk: Buffer;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Passes the complete frames of one chunk to `take`, until it returns false, starting at `position`, where the frame of
 * `offset` begins. Passes none at the end of the segment.
 * @throws CorruptLogError if something other than the next record is there.
 */
export async function readFrames(
  file: FileHandle,
  segment: Segment,
  from: { readonly position: number; readonly offset: number; readonly chunkBytes: number },
  take: (frame: FrameView) => boolean,
): Promise<void> {
  const { path, seed } = segment;
  const { endPosition: end } = segment.index;
  if (from.position >= end) return;
  const chunk = await readChunk(file, { ...from, end }).catch((error) => {
    throw fileTrouble('read', path, error);
  });
  let offset = from.offset;
  for (let at = 0; ; offset += 1) {
    const bytes = frameBytesAt(chunk, at);
    const isWhole = typeof bytes === 'number' && at + bytes <= chunk.length;
    if (!isWhole || !isIntact(chunk, at, bytes, seed) || offsetAt(chunk, at) !== offset) {
      // The frames before the damage are valid; the next call starts at the damage and reports it.
      if (at > 0) return;
      throw corrupt(path, from.position, `expected record ${offset}`);
    }
    if (!take({ chunk, at, bytes })) return;
    at += bytes;
  }
}

/** The offset of the segment's first record that is at least as new, otherwise the segment's end. */
export async function firstSince(segment: Segment, timestampMs: number): Promise<number> {
  const { index } = segment;
  const entry = entryOfTime(index, timestampMs);
  const file = entry === undefined ? undefined : await openSegmentFile(segment);
  // Deleted just now: the remaining records begin after it.
  if (entry === undefined || file === undefined) return index.endOffset;
  let { offset, position } = entry;
  let isFound = false;
  try {
    while (!isFound && offset < index.endOffset) {
      await readFrames(file, segment, { position, offset, chunkBytes: READ_CHUNK_BYTES }, ({ chunk, at, bytes }) => {
        isFound = timestampAt(chunk, at) >= timestampMs;
        if (!isFound) offset += 1;
        if (!isFound) position += bytes;
        return !isFound;
      });
    }
    return offset;
  } finally {
    await file.close();
  }
}

/** The segment's file, opened for reading; undefined if it has been deleted. */
export async function openSegmentFile({ path }: Segment): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileTrouble('read', path, error);
  }
}
