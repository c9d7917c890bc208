import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_EVENT_BYTES } from '../../derive/topic.ts';
import type { InputLine, OverlongLine } from '../../pipeline/input-line.ts';
import { readEvents, readRawLines } from './read-events.ts';

/** A file of events: see `readEvents`. */
export interface ReplayFile {
  readonly path: string;
  /** The size on disk; compressed if the name ends with `.gz`. */
  readonly sizeBytes: number;
}

const EVENT_FILE = /\.(ndjson|jsonl|json)(\.gz)?$/;

/**
 * The files to replay: the file itself, whatever its name, or a directory's event files in name order.
 * @throws if there is nothing to replay at `path`, saying what was found.
 */
export async function replayFiles(path: string): Promise<readonly ReplayFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Error(`replay: expected a file or directory at ${path}, but it cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  });
  if (!found.isDirectory()) return [{ path, sizeBytes: found.size }];
  const names = (await readdir(path)).filter((name) => EVENT_FILE.test(name)).sort();
  const files: ReplayFile[] = [];
  for (const name of names) {
    const file = await stat(join(path, name));
    if (file.isFile()) files.push({ path: join(path, name), sizeBytes: file.size });
  }
  if (files.length === 0) {
    throw new Error(
      `replay: expected files named *.ndjson, *.jsonl or *.json (or those with .gz) in ${path}, found none`,
    );
  }
  return files;
}

export interface ReplayOptions {
  /** Whether to return non-blank lines unmodified. */
  readonly raw?: boolean;
  readonly maxBytes?: number;
}

/**
 * The events of the files, one file after the other, in bounded memory. An event longer than `maxBytes` is returned as
 * a refusal.
 * @throws naming the file that cannot be read.
 */
export async function* replay(
  files: readonly ReplayFile[],
  { raw = false, maxBytes = MAX_EVENT_BYTES }: ReplayOptions = {},
): AsyncGenerator<InputLine | OverlongLine> {
  const read = raw ? readRawLines : readEvents;
  for (const { path: file } of files) {
    try {
      for await (const { line, text } of read(createReadStream(file), maxBytes)) {
        const source = { file, lineNumber: line };
        yield text === null ? { source, refused: tooLong(maxBytes) } : { source, bytes: text };
      }
    } catch (cause) {
      throw new Error(`replay: ${file} cannot be read further: ${messageOf(cause)}`, { cause });
    }
  }
}

const tooLong = (maxBytes: number) =>
  ({
    reason: 'out_of_range',
    path: '',
    detail: `expected at most ${maxBytes} bytes in an event, found more`,
  }) as const;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
