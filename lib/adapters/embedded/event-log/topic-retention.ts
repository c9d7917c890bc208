import { stat } from 'node:fs/promises';
import { systemCode } from '../file-trouble.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Segment } from './segment.ts';

/** A topic keeps records at least as new as `oldestMs`, and about `maxBytes`. */
export interface RetentionLimits {
  readonly oldestMs: number;
  readonly maxBytes: number;
}

interface Oldest {
  readonly partition: PartitionLog;
  readonly newestMs: number;
}

/**
 * Deletes closed segments, oldest of the whole topic first, while all of their records are too old or the topic is too
 * large. A newest segment that is too old is closed by the next append.
 */
export async function enforceRetention(partitions: readonly PartitionLog[], limits: RetentionLimits): Promise<void> {
  for (let oldest = await oldestOf(partitions); oldest !== undefined; oldest = await oldestOf(partitions)) {
    if (oldest.newestMs >= limits.oldestMs && bytesOf(partitions) <= limits.maxBytes) break;
    await oldest.partition.dropOldest();
  }
  for (const partition of partitions) {
    const newest = partition.segments().at(-1);
    if (newest !== undefined && (await newestRecordMs(newest)) < limits.oldestMs) partition.rollNext();
  }
}

function bytesOf(partitions: readonly PartitionLog[]): number {
  return partitions.reduce((sum, log) => log.segments().reduce((all, { index }) => all + index.endPosition, sum), 0);
}

async function oldestOf(partitions: readonly PartitionLog[]): Promise<Oldest | undefined> {
  let oldest: Oldest | undefined;
  for (const partition of partitions) {
    const [first, second] = partition.segments();
    if (first === undefined || second === undefined) continue;
    const newestMs = await newestRecordMs(first);
    if (oldest === undefined || newestMs < oldest.newestMs) oldest = { partition, newestMs };
  }
  return oldest;
}

/** Producers may send no timestamps (−1); as in Kafka, the time of the last write is used instead. */
async function newestRecordMs({ index, path }: Segment): Promise<number> {
  if (index.newestMs >= 0) return index.newestMs;
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Number.NEGATIVE_INFINITY;
    throw error;
  }
}
