import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, RecordToAppend, TimestampType } from '../../../pipeline/ports.ts';
import { makeFolder } from '../../make-folder.ts';
import { fileTrouble } from '../file-trouble.ts';
import { syncFolder } from './durable-file.ts';
import { flushQueue } from './flush-queue.ts';
import { openSegments } from './open-segments.ts';
import { frameBytes } from './record-frame.ts';
import { indexPath, type Segment } from './segment.ts';
import { firstSince } from './segment-read.ts';
import { type StampedRecord, segmentWriter } from './segment-writer.ts';

export interface PartitionLogOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly segmentBytes: number;
  readonly timestampType: () => TimestampType;
  /** Called after every durable write; `rolled` is true if a segment was closed. */
  readonly onAppended: (rolled: boolean) => void;
  readonly warn: (line: string) => void;
}

/** One kafka partition: a queue of appends, and the segments on disk. */
export interface PartitionLog {
  /** Resolves with the first record's offset once all are durable. */
  append(records: readonly RecordToAppend[]): Promise<number>;
  startOffset(): number;
  endOffset(): number;
  offsetAt(timestampMs: number): Promise<number>;
  /** Ascending; the last one is being written. */
  segments(): readonly Segment[];
  /** Deletes the oldest segment, unless it is also the newest. */
  dropOldest(): Promise<void>;
  /** Makes the next append start a new segment, so that the current one can be deleted. */
  rollNext(): void;
  close(): Promise<void>;
}

/** Normal clock corrections are smaller than this. */
const CLOCK_AHEAD_MS = 3_600_000;

export async function openPartitionLog(options: PartitionLogOptions): Promise<PartitionLog> {
  const { folder, clock, segmentBytes } = options;
  if ((await makeFolder(folder)) !== undefined) await syncFolder(dirname(folder));
  const { segments, file } = await openSegments(folder, options.warn);
  const newest = () => segments.at(-1) ?? missing(folder);
  const writer = segmentWriter(newest(), file);
  const queue = flushQueue();
  let newestTimestampMs = Math.max(...segments.map(({ index }) => index.newestMs));
  let isClockNoted = false;
  let rollAsked = false;
  let draining: Promise<void> | undefined;

  /** Warns once: the clock was wrong when the newest record was written, or is wrong now. */
  function noteClock(): void {
    const aheadMs = newestTimestampMs - clock.now();
    if (aheadMs < CLOCK_AHEAD_MS || isClockNoted) return;
    isClockNoted = true;
    const [newest, now] = [newestTimestampMs, clock.now()].map((ms) => new Date(ms).toISOString());
    options.warn(
      `event log: ${folder}: its newest record is of ${newest}, but this machine's clock says ${now}: it is wrong, or was then. ` +
        `Records get the time ${newest}, and so their hour in the lake, until the clock has passed it`,
    );
  }

  function stamp(records: readonly RecordToAppend[]): readonly StampedRecord[] {
    const timestampType = options.timestampType();
    // The wall clock may go back, but the log's time does not: an hour that has ended stays ended.
    if (timestampType === 'LogAppendTime') {
      noteClock();
      newestTimestampMs = Math.max(newestTimestampMs, clock.now());
    }
    return records.map((record) => {
      const timestampMs = timestampType === 'LogAppendTime' ? newestTimestampMs : (record.timestampMs ?? clock.now());
      return { record, timestampMs, timestampType };
    });
  }

  async function drain(): Promise<void> {
    while (!queue.isEmpty()) {
      const flush = queue.take();
      try {
        const { index } = newest();
        const rolls = index.entries.length > 0 && (rollAsked || index.endPosition >= segmentBytes);
        if (rolls) segments.push(await writer.roll(folder));
        if (rolls) rollAsked = false;
        const firstOffset = newest().index.endOffset;
        await writer.write(stamp(flush.records), flush.bytes);
        flush.succeed(firstOffset);
        options.onAppended(rolls);
      } catch (error) {
        flush.fail(error);
      }
    }
    draining = undefined;
  }

  return {
    append: async (records) => {
      for (const record of records) frameBytes(record);
      if (records.length === 0) return newest().index.endOffset;
      const done = queue.add(records);
      draining ??= drain();
      return done;
    },
    startOffset: () => segments[0]?.baseOffset ?? missing(folder),
    endOffset: () => newest().index.endOffset,
    offsetAt: async (timestampMs) => {
      const found = segments.find(({ index }) => index.newestMs >= timestampMs);
      return found === undefined ? newest().index.endOffset : firstSince(found, timestampMs);
    },
    segments: () => segments,
    dropOldest: async () => {
      if (segments.length < 2) return;
      const [oldest] = segments.splice(0, 1);
      if (oldest === undefined) return;
      await deleteSegment(oldest).catch((error) => {
        // Left behind alone, it would make the next start find a gap after it.
        segments.unshift(oldest);
        throw error;
      });
    },
    rollNext: () => {
      rollAsked = true;
    },
    close: async () => {
      await draining;
      await writer.close();
    },
  };
}

function missing(folder: string): never {
  throw new Error(`event log: expected a segment in ${folder}, found none`);
}

/** Deletes the log file first, which removes the segment; a leftover index is removed at the next start. */
async function deleteSegment(segment: Segment): Promise<void> {
  try {
    await rm(segment.path, { force: true });
    await rm(indexPath(segment), { force: true }).catch(() => {});
  } catch (error) {
    throw fileTrouble('delete', segment.path, error);
  }
}
