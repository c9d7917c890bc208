import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { systemCode } from '../file-trouble.ts';
import { replaceDurably } from './durable-file.ts';

/** About one entry per this many bytes of a segment. */
const ENTRY_EVERY_BYTES = 128 * 1024;
const ENTRY_WORDS = 3;

/** The position of a record in a segment. */
export interface IndexEntry {
  readonly offset: number;
  readonly position: number;
  /** The newest timestamp among the records before this one in the segment; −∞ for the first. */
  readonly newestBeforeMs: number;
}

/**
 * The records of a segment and their positions, with an entry about every 128 KiB. The index is kept in memory; its
 * file avoids reading the segment again at the next start, and is rebuilt if it is missing or damaged.
 */
export interface SegmentIndex {
  readonly entries: IndexEntry[];
  /** The offset after the last record. */
  endOffset: number;
  /** Where the last record ends in the file. */
  endPosition: number;
  newestMs: number;
}

export function emptyIndex(baseOffset: number, position: number): SegmentIndex {
  return { entries: [], endOffset: baseOffset, endPosition: position, newestMs: Number.NEGATIVE_INFINITY };
}

/** Adds the next record. */
export function addToIndex(index: SegmentIndex, frame: { readonly bytes: number; readonly timestampMs: number }): void {
  const last = index.entries.at(-1);
  if (last === undefined || index.endPosition - last.position >= ENTRY_EVERY_BYTES) {
    index.entries.push({ offset: index.endOffset, position: index.endPosition, newestBeforeMs: index.newestMs });
  }
  index.endOffset += 1;
  index.endPosition += frame.bytes;
  index.newestMs = Math.max(index.newestMs, frame.timestampMs);
}

/** The last entry at or before the offset; undefined in a segment without records. */
export function entryOfOffset(index: SegmentIndex, offset: number): IndexEntry | undefined {
  return index.entries[countWhere(index.entries, (entry) => entry.offset <= offset) - 1];
}

/** The last entry before which no record is as new as the time. */
export function entryOfTime(index: SegmentIndex, timestampMs: number): IndexEntry | undefined {
  return index.entries[countWhere(index.entries, (entry) => entry.newestBeforeMs < timestampMs) - 1];
}

/** The number of entries for which the predicate holds; they must come first. */
function countWhere(entries: readonly IndexEntry[], holds: (entry: IndexEntry) => boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && holds(entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The file, as doubles, little-endian: `end offset · end position · newest`, then `offset · position · newest before`
 * of each entry, then the crc32 of everything before it as a u32.
 */
export async function saveIndex(path: string, index: SegmentIndex): Promise<void> {
  const words = [index.endOffset, index.endPosition, index.newestMs];
  for (const { offset, position, newestBeforeMs } of index.entries) words.push(offset, position, newestBeforeMs);
  const bytes = Buffer.alloc(words.length * 8 + 4);
  words.forEach((word, place) => {
    bytes.writeDoubleLE(word, place * 8);
  });
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  await replaceDurably(path, bytes);
}

/** The saved index; undefined if it is missing or damaged. */
export async function loadIndex(path: string): Promise<SegmentIndex | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined || bytes.length < 4 || (bytes.length - 4) % (ENTRY_WORDS * 8) !== 0) return undefined;
  if (crc32(bytes.subarray(0, -4)) !== bytes.readUInt32LE(bytes.length - 4)) return undefined;
  const [end, ...entries] = wordTriples(bytes);
  if (end === undefined) return undefined;
  return {
    entries: entries.map(([offset, position, newestBeforeMs]) => ({ offset, position, newestBeforeMs })),
    endOffset: end[0],
    endPosition: end[1],
    newestMs: end[2],
  };
}

function wordTriples(bytes: Buffer): (readonly [number, number, number])[] {
  const triples: (readonly [number, number, number])[] = [];
  for (let at = 0; at + ENTRY_WORDS * 8 < bytes.length; at += ENTRY_WORDS * 8) {
    triples.push([bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8), bytes.readDoubleLE(at + 16)]);
  }
  return triples;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
