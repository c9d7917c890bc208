import type { FileHandle } from 'node:fs/promises';
import type { RecordToAppend, TimestampType } from '../../../pipeline/ports.ts';
import { fileTrouble } from '../file-trouble.ts';
import { writeFully } from './durable-file.ts';
import { writeFrame } from './record-frame.ts';
import { createSegment, indexPath, type Segment } from './segment.ts';
import { addToIndex, saveIndex } from './segment-index.ts';

/** Appends to a kafka partition's newest segment. Calls must not overlap. */
export interface SegmentWriter {
  /** Writes the records with their timestamps: all are durable once it resolves, none if it throws. */
  write(records: readonly StampedRecord[], bytes: number): Promise<void>;
  /** Closes the segment and continues in a new one, which it returns. */
  roll(folder: string): Promise<Segment>;
  close(): Promise<void>;
}

export interface StampedRecord {
  readonly record: RecordToAppend;
  readonly timestampMs: number;
  readonly timestampType: TimestampType;
}

/**
 * After a failed write, the file is truncated to its durable part. If that fails too, it is retried before the next
 * write; if the process dies first, the next one finds an unfinished write and truncates it.
 */
export function segmentWriter(newest: Segment, opened: FileHandle): SegmentWriter {
  let segment = newest;
  let file = opened;
  let mustCut = false;

  async function cut(): Promise<void> {
    await file.truncate(segment.index.endPosition);
    await file.datasync();
    mustCut = false;
  }

  return {
    write: async (stamped, bytes) => {
      try {
        if (mustCut) await cut();
        const { buffer, ends } = framesOf(segment, stamped, bytes);
        mustCut = true;
        await writeFully(file, buffer, segment.index.endPosition);
        // A failed fsync may have dropped the data that it could not write, so the data is truncated and never retried.
        await file.datasync();
        mustCut = false;
        stamped.forEach(({ timestampMs }, ordinal) => {
          addToIndex(segment.index, { bytes: ends[ordinal] ?? 0, timestampMs });
        });
      } catch (error) {
        if (mustCut) await cut().catch(() => {});
        throw fileTrouble('append to', segment.path, error);
      }
    },
    roll: async (folder) => {
      try {
        if (mustCut) await cut();
        await saveIndex(indexPath(segment), segment.index);
        const next = await createSegment(folder, segment.index.endOffset);
        const old = file;
        ({ segment, file } = next);
        await old.close();
        return segment;
      } catch (error) {
        throw fileTrouble('begin a new segment in', folder, error);
      }
    },
    close: async () => {
      try {
        if (mustCut) await cut();
        await saveIndex(indexPath(segment), segment.index);
      } catch (error) {
        throw fileTrouble('close', segment.path, error);
      } finally {
        await file.close();
      }
    },
  };
}

/** The frames, and the size of each. */
function framesOf(
  { index, seed }: Segment,
  stamped: readonly StampedRecord[],
  bytes: number,
): { readonly buffer: Buffer; readonly ends: readonly number[] } {
  const buffer = Buffer.allocUnsafe(bytes);
  const ends: number[] = [];
  let at = 0;
  stamped.forEach(({ record, timestampMs, timestampType }, ordinal) => {
    const placement = { offset: index.endOffset + ordinal, ordinal, timestampMs, timestampType };
    const next = writeFrame(buffer, at, record, { placement, seed });
    ends.push(next - at);
    at = next;
  });
  return { buffer, ends };
}
