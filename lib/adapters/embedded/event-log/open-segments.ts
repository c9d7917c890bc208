import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  baseOffsetOf,
  createSegment,
  HEADER_BYTES,
  indexPath,
  readSeed,
  type Segment,
  segmentPath,
} from './segment.ts';
import { emptyIndex, loadIndex, type SegmentIndex, saveIndex } from './segment-index.ts';
import { assertUnfinishedTail, corrupt, scanSegment } from './segment-scan.ts';

/** The segments of a kafka partition, ascending and without gaps; the last one is open for writing. */
export interface OpenSegments {
  readonly segments: Segment[];
  /** The file of the last segment. */
  readonly file: FileHandle;
}

/**
 * Opens the segments in a folder, rebuilds missing indexes, and truncates a write left unfinished by a crash (with a
 * warning).
 * @throws CorruptLogError if acknowledged records are damaged or missing.
 */
export async function openSegments(folder: string, warn: (line: string) => void): Promise<OpenSegments> {
  const bases = (await readdir(folder)).map(baseOffsetOf).filter((base) => base !== undefined);
  bases.sort((left, right) => left - right);
  await removeOrphanIndexes(folder, bases);
  const newest = bases.pop();
  if (newest === undefined) {
    const { segment, file } = await createSegment(folder, 0);
    return { segments: [segment], file };
  }
  const segments: Segment[] = [];
  for (const base of bases) segments.push(await openClosedSegment(segmentPath(folder, base), base));
  const last = await openNewestSegment(folder, newest, warn);
  segments.push(last.segment);
  try {
    assertNoGap(segments);
  } catch (error) {
    await last.file.close();
    throw error;
  }
  return { segments, file: last.file };
}

/** A segment is deleted before its index, so a crash in between leaves only the index. */
async function removeOrphanIndexes(folder: string, bases: readonly number[]): Promise<void> {
  const expected = new Set(bases.map((base) => indexPath({ path: segmentPath(folder, base) })));
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.endsWith('.log') && !expected.has(path)) await rm(path, { force: true });
  }
}

function assertNoGap(segments: readonly Segment[]): void {
  segments.forEach((segment, place) => {
    const next = segments[place + 1];
    if (next === undefined || segment.index.endOffset === next.baseOffset) return;
    const found = `expected its last record to be ${next.baseOffset - 1}, found ${segment.index.endOffset - 1}`;
    throw corrupt(segment.path, segment.index.endPosition, found);
  });
}

async function openClosedSegment(path: string, baseOffset: number): Promise<Segment> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const seed = await readSeed(file);
    if (seed === undefined) throw corrupt(path, 0, 'expected the header of a segment');
    const saved = await loadIndex(indexPath({ path }));
    if (saved !== undefined && saved.endPosition === size) return { baseOffset, path, seed, index: saved };
    const segment = { baseOffset, path, seed, index: emptyIndex(baseOffset, HEADER_BYTES) };
    const damage = await scanSegment(file, segment, size);
    if (damage !== undefined) throw corrupt(path, damage, `expected record ${segment.index.endOffset}`);
    await saveIndex(indexPath(segment), segment.index);
    return segment;
  } finally {
    await file.close();
  }
}

async function openNewestSegment(
  folder: string,
  baseOffset: number,
  warn: (line: string) => void,
): Promise<{ readonly segment: Segment; readonly file: FileHandle }> {
  const path = segmentPath(folder, baseOffset);
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  try {
    const seed = await readSeed(file);
    if (seed === undefined) {
      // Records are written only after the header is durable, so a short file without a header has no records.
      if (size > HEADER_BYTES) throw corrupt(path, 0, 'expected the header of a segment');
      await file.close();
      return await createSegment(folder, baseOffset);
    }
    const segment = { baseOffset, path, seed, index: await startingIndex(path, baseOffset, size) };
    await cutUnfinishedTail(file, segment, { size, warn });
    return { segment, file };
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/**
 * The index saved by an orderly shutdown, except for its last part, which is read again. Empty if it claims more than
 * the file holds; it is then deleted, because it could match by chance once the file has grown.
 */
async function startingIndex(path: string, baseOffset: number, size: number): Promise<SegmentIndex> {
  const saved = await loadIndex(indexPath({ path }));
  if (saved !== undefined && saved.endPosition > size) await rm(indexPath({ path }));
  const last = saved?.entries.pop();
  if (saved === undefined || last === undefined || saved.endPosition > size)
    return emptyIndex(baseOffset, HEADER_BYTES);
  const { offset, position, newestBeforeMs } = last;
  return { entries: saved.entries, endOffset: offset, endPosition: position, newestMs: newestBeforeMs };
}

async function cutUnfinishedTail(
  file: FileHandle,
  segment: Segment,
  { size, warn }: { readonly size: number; readonly warn: (line: string) => void },
): Promise<void> {
  if ((await scanSegment(file, segment, size)) === undefined) return;
  await assertUnfinishedTail(file, segment, size);
  const { endPosition, endOffset } = segment.index;
  await rm(indexPath(segment), { force: true });
  await file.truncate(endPosition);
  await file.sync();
  warn(
    `event log: cut ${size - endPosition} bytes of an unfinished write from ${segment.path} at byte ${endPosition}; ` +
      `the next record is ${endOffset}`,
  );
}
