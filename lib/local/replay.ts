import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { InputLine, OverlongLine } from '../pipeline/input-line.ts';
import { readLines } from './line-reader.ts';

/** A file of events, one JSON object a line. */
export interface ReplayFile {
  readonly path: string;
  /** As it lies on the disk, compressed where it ends with `.gz`. */
  readonly sizeBytes: number;
}

/** The longest line that is read: what one Lambda payload of 6 MiB can still carry as base64. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

const EVENT_FILE = /\.(ndjson|jsonl|json)(\.gz)?$/;

/**
 * The files to replay: the file itself whatever it is called, or a directory's event files in the order of their names.
 * @throws when there is nothing to replay at `path`, saying what was found.
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

/**
 * The non-empty lines of the files, one file after the other, with bounded memory. A line longer than `maxLineBytes` comes
 * as a refusal.
 * @throws naming the file that cannot be read.
 */
export async function* replay(
  files: readonly ReplayFile[],
  maxLineBytes = MAX_LINE_BYTES,
): AsyncGenerator<InputLine | OverlongLine> {
  for (const { path: file } of files) {
    try {
      for await (const { lineNumber, bytes } of readLines(bytesOf(file), maxLineBytes)) {
        const source = { file, lineNumber };
        yield bytes === null ? { source, refused: tooLong(maxLineBytes) } : { source, bytes };
      }
    } catch (cause) {
      throw new Error(`replay: ${file} cannot be read further: ${messageOf(cause)}`, { cause });
    }
  }
}

function bytesOf(file: string): AsyncIterable<Buffer> {
  const raw = createReadStream(file);
  // The callback only keeps an error from being thrown twice: it also ends the stream that is read.
  return file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => {}) : raw;
}

const tooLong = (maxLineBytes: number) =>
  ({
    reason: 'out_of_range',
    path: '',
    detail: `expected at most ${maxLineBytes} bytes in a line, found more`,
  }) as const;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
