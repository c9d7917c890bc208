import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { PermanentError } from '../../../pipeline/permanent-error.ts';
import { readFully, syncFolder, writeFully } from './durable-file.ts';
import { emptyIndex, type SegmentIndex } from './segment-index.ts';

/**
 * A file with consecutive records of one kafka partition, named after the first offset that it may hold:
 *
 *     <topic>/<kafka partition>/00000000000000000000.log      closed: never changes, deleted whole when it is old
 *                               00000000000000000000.index    positions of its records; can be rebuilt
 *                               00000000000000052117.log      the newest: grows at its end
 *
 *     ┌────────────┬──────┬───────┬───────┬───────┬─ ─ ─
 *     │ "WEIRSEG1" │ seed │ crc32 │ frame │ frame │        the seed is random, the crc32 of the 12 bytes before it
 *     │ 8 bytes    │ u32  │ u32   │       │       │
 *     └────────────┴──────┴───────┴───────┴───────┴─ ─ ─
 */
export interface Segment {
  readonly baseOffset: number;
  readonly path: string;
  readonly seed: number;
  readonly index: SegmentIndex;
}

const MAGIC = Buffer.from('WEIRSEG1', 'latin1');
export const HEADER_BYTES = 16;
const NAME = /^(\d{20})\.log$/;

/** The content on disk differs from what was written. Nothing was changed; the message gives the location. */
export class CorruptLogError extends PermanentError {
  override readonly name = 'CorruptLogError';
}

export const segmentPath = (folder: string, baseOffset: number) =>
  join(folder, `${String(baseOffset).padStart(20, '0')}.log`);

export const indexPath = (segment: Pick<Segment, 'path'>) => segment.path.replace(/\.log$/, '.index');

/** The base offset in the file name; undefined for any other file. */
export function baseOffsetOf(path: string): number | undefined {
  const digits = NAME.exec(basename(path))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A new segment, with its file durable. Replaces a file left by an earlier attempt, which has no records. */
export async function createSegment(
  folder: string,
  baseOffset: number,
): Promise<{ readonly segment: Segment; readonly file: FileHandle }> {
  const path = segmentPath(folder, baseOffset);
  const seed = randomBytes(4).readUInt32BE();
  const file = await open(path, 'w+');
  try {
    await writeFully(file, headerOf(seed), 0);
    await file.sync();
    await syncFolder(dirname(path));
  } catch (error) {
    await file.close();
    // Without its header, it would be considered damaged once another segment follows.
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
  return { segment: { baseOffset, path, seed, index: emptyIndex(baseOffset, HEADER_BYTES) }, file };
}

function headerOf(seed: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(seed, 8);
  header.writeUInt32BE(crc32(header.subarray(0, 12)), 12);
  return header;
}

/** The seed in the segment's header; undefined if the header is incomplete. */
export async function readSeed(file: FileHandle): Promise<number | undefined> {
  const header = await readFully(file, 0, HEADER_BYTES);
  if (header.length < HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC)) return undefined;
  return crc32(header.subarray(0, 12)) === header.readUInt32BE(12) ? header.readUInt32BE(8) : undefined;
}
