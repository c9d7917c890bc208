import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import { fileTrouble, systemCode } from '../file-trouble.ts';
import { replaceDurably, syncFolder } from './durable-file.ts';
import { CorruptLogError } from './segment.ts';

/** The offsets that a group has committed in one topic. */
export interface CommittedOffsets {
  /** The next offset to read; null if none was committed. */
  of(kafkaPartition: number): number | null;
  /** Resolves once durable. Concurrent calls share a write. */
  commit(next: ReadonlyMap<number, number>): Promise<void>;
}

/**
 * The meaning of a committed offset in a log with that end: an offset beyond it belongs to another log, and is ignored.
 */
export function meaningIn(end: number, committed: number | null): number | null {
  return committed !== null && committed > end ? null : committed;
}

/** Stored in its own file, `{"0":52117,"3":9}` (kafka partition to offset), which is replaced atomically. */
export async function openCommittedOffsets(path: string): Promise<CommittedOffsets> {
  const durable = await readOffsets(path);
  const asked = new Map(durable);
  let writing: Promise<void> | undefined;
  let following: Promise<void> | undefined;

  async function write(): Promise<void> {
    const snapshot = new Map(asked);
    try {
      if ((await makeFolder(dirname(path))) !== undefined) await syncFolder(dirname(dirname(path)));
      await replaceDurably(path, `${JSON.stringify(Object.fromEntries(snapshot))}\n`);
    } catch (error) {
      throw fileTrouble('write', path, error);
    }
    for (const [kafkaPartition, offset] of snapshot) durable.set(kafkaPartition, offset);
  }

  /** A write that starts after now: the one already waiting for the current one, if any. */
  function writeSoon(): Promise<void> {
    following ??= (writing ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        writing = following;
        following = undefined;
        return write();
      });
    return following;
  }

  return {
    of: (kafkaPartition) => durable.get(kafkaPartition) ?? null,
    commit: (next) => {
      for (const [kafkaPartition, offset] of next) asked.set(kafkaPartition, offset);
      return writeSoon();
    },
  };
}

async function readOffsets(path: string): Promise<Map<number, number>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return new Map();
    throw fileTrouble('read', path, error);
  }
  const offsets = parseOffsets(text);
  if (offsets !== undefined) return offsets;
  throw new CorruptLogError(
    `event log: ${path} is damaged: expected committed offsets such as {"0":52117}. ` +
      'Delete it to have the group read its topic from the beginning again.',
  );
}

function parseOffsets(text: string): Map<number, number> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const entries = Object.entries(parsed).map(([name, offset]): [number, unknown] => [Number(name), offset]);
    const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
    const offsets = entries.filter((entry): entry is [number, number] => isOffset(entry[0]) && isOffset(entry[1]));
    return offsets.length === entries.length ? new Map(offsets) : undefined;
  } catch {
    return undefined;
  }
}
