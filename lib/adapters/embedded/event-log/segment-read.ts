import { type FileHandle, open } from 'node:fs/promises';
import { fileTrouble, systemCode } from '../file-trouble.ts';
import { frameBytesAt, isIntact, offsetAt, timestampAt } from './record-frame.ts';
import type { Segment } from './segment.ts';
import { entryOfTime } from './segment-index.ts';
import { corrupt, readChunk } from './segment-scan.ts';

/** Bounds what a look into a segment reads at once. */
export const READ_CHUNK_BYTES = 256 * 1024;

/** A record's frame within a chunk that was read from a segment. */
export interface FrameView {
  readonly chunk: Buffer;
  readonly at: number;
  readonly bytes: number;
}

/**
 * The whole frames of one chunk, from `position`, where the frame of `offset` begins: each is given to `take`, until that
 * answers false. Nothing where the segment ends.
 * @throws CorruptLogError where something else than the next record stands.
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
      // What stands before damage is good; the next call begins at it, and says so.
      if (at > 0) return;
      throw corrupt(path, from.position, `expected record ${offset}`);
    }
    if (!take({ chunk, at, bytes })) return;
    at += bytes;
  }
}

/** The offset of the segment's first record that is at least as new; the segment's end if there is none. */
export async function firstSince(segment: Segment, timestampMs: number): Promise<number> {
  const { index } = segment;
  const entry = entryOfTime(index, timestampMs);
  const file = entry === undefined ? undefined : await openSegmentFile(segment);
  // Deleted just now: what is there begins after it.
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

/** The segment's file for reading; undefined when it has been deleted. */
export async function openSegmentFile({ path }: Segment): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileTrouble('read', path, error);
  }
}
