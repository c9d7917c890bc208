import type { FileHandle } from 'node:fs/promises';
import type { LogRecord } from '../../../pipeline/ports.ts';
import type { PartitionLog } from './partition-log.ts';
import { readFrame } from './record-frame.ts';
import type { Segment } from './segment.ts';
import { entryOfOffset } from './segment-index.ts';
import { type FrameView, openSegmentFile, READ_CHUNK_BYTES, readFrames } from './segment-read.ts';

/** A position in a kafka partition, from which records are read in order. It keeps a file open, but no records. */
export interface PartitionCursor {
  /** The next records, possibly fewer than available; empty at the log's end and after the cursor is closed. */
  read(limits: PortionLimits): Promise<Portion>;
  /** The next offset to be read. */
  offset(): number;
  /** Waits for a read in progress. */
  close(): Promise<void>;
}

interface PortionLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Returns a first record even if it is larger than `maxBytes`; otherwise it could never be read. */
  readonly takesLarge: boolean;
}

interface Portion {
  readonly records: readonly LogRecord[];
  readonly bytes: number;
}

interface Place {
  readonly segment: Segment;
  readonly file: FileHandle;
  position: number;
}

export interface CursorStart {
  readonly kafkaPartition: number;
  readonly offset: number;
  /** Called if unread records have been deleted. */
  readonly onSkipped: (fromOffset: number, toOffset: number) => void;
}

const NOTHING: Portion = { records: [], bytes: 0 };
/** Large enough for a frame's length. */
const MIN_CHUNK_BYTES = 64;

export function partitionCursor(log: PartitionLog, start: CursorStart): PartitionCursor {
  let { offset } = start;
  let place: Place | undefined;
  let reading: Promise<unknown> | undefined;
  let isClosed = false;

  async function leave(): Promise<void> {
    const { file } = place ?? {};
    place = undefined;
    await file?.close();
  }

  function skipDeleted(): void {
    const startOffset = log.startOffset();
    if (offset >= startOffset) return;
    start.onSkipped(offset, startOffset);
    offset = startOffset;
  }

  /** Finds the segment of the next offset; undefined at the log's end. */
  async function arrive(): Promise<Place | undefined> {
    while (place === undefined) {
      skipDeleted();
      const segment = log.segments().find(({ index }) => offset < index.endOffset);
      if (segment === undefined) return undefined;
      const file = await openSegmentFile(segment);
      if (file !== undefined) place = { segment, file, position: await positionOf(segment, file, offset) };
    }
    return place;
  }

  async function read({ maxRecords, maxBytes, takesLarge }: PortionLimits): Promise<Portion> {
    if (place !== undefined && offset >= place.segment.index.endOffset && offset < log.endOffset()) await leave();
    const here = await arrive();
    if (here === undefined) return NOTHING;
    const frames: FrameView[] = [];
    let bytes = 0;
    const chunkBytes = Math.max(Math.min(maxBytes, READ_CHUNK_BYTES), MIN_CHUNK_BYTES);
    await readFrames(here.file, here.segment, { position: here.position, offset, chunkBytes }, (frame) => {
      const isLargeFirst = takesLarge && frames.length === 0;
      if (!isLargeFirst && (frames.length >= maxRecords || bytes + frame.bytes > maxBytes)) return false;
      frames.push(frame);
      bytes += frame.bytes;
      return true;
    });
    offset += frames.length;
    here.position += bytes;
    return { records: recordsOf(frames, bytes, start.kafkaPartition), bytes };
  }

  return {
    read: (limits) => {
      if (isClosed) return Promise.resolve(NOTHING);
      const portion = read(limits);
      reading = portion.catch(() => {});
      return portion;
    },
    offset: () => offset,
    close: async () => {
      isClosed = true;
      await reading;
      await leave();
    },
  };
}

/** The records of consecutive frames. They reference their chunk or, if most of it is other frames, a copy. */
function recordsOf(frames: readonly FrameView[], bytes: number, kafkaPartition: number): readonly LogRecord[] {
  const [first] = frames;
  if (first === undefined) return [];
  if (bytes * 2 >= first.chunk.length) return frames.map(({ chunk, at }) => readFrame(chunk, at, kafkaPartition));
  const copy = Buffer.from(first.chunk.subarray(first.at, first.at + bytes));
  return frames.map(({ at }) => readFrame(copy, at - first.at, kafkaPartition));
}

/** The byte in the segment at which the record begins, found from the nearest index entry before it. */
async function positionOf(segment: Segment, file: FileHandle, wanted: number): Promise<number> {
  const entry = entryOfOffset(segment.index, wanted);
  let { offset, position } = entry ?? { offset: wanted, position: segment.index.endPosition };
  while (offset < wanted) {
    await readFrames(file, segment, { position, offset, chunkBytes: READ_CHUNK_BYTES }, ({ bytes }) => {
      if (offset === wanted) return false;
      offset += 1;
      position += bytes;
      return true;
    });
  }
  return position;
}
