import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { link, open, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { makeFolder } from '../make-folder.ts';
import { systemCodeIn } from '../system-trouble.ts';
import { fileTrouble, systemCode } from './file-trouble.ts';

export interface WriterLock {
  release(): void;
}

/** Another process, or another part of this one, is the writer. */
export class WriterLockedError extends Error {
  override readonly name = 'WriterLockedError';
}

/** A file in the locked folder. The holder of the lock may delete it, last of all. */
export const LOCK_FILE = 'writer.lock';

/** A kernel lock is per process: it would let this process in twice, and the first close would release both. */
const heldHere = new Set<string>();

/**
 * Makes this process the only writer of a folder, which is created if it does not exist; messages use its `name` (`the
 * event log in .weir/log`). The lock is a kernel lock on the file `writer.lock`: it ends with the process, however that
 * ends, and a reused process id cannot be mistaken for a holder. It is acquired through DuckDB, which locks a database
 * file that it opens for writing, because Node has no such call. A suspended process still holds it.
 * @throws WriterLockedError saying who holds it and what to do.
 */
export async function acquireWriterLock(dir: string, name: string): Promise<WriterLock> {
  for (;;) {
    const lock = await lockOf({ dir, path: await lockFile(dir), name });
    if (lock !== null) return lock;
  }
}

interface LockPlace {
  readonly dir: string;
  readonly path: string;
  readonly name: string;
}

/** The lock; null if a holder has deleted the file meanwhile: locking an unlinked file excludes no other process. */
async function lockOf({ dir, path, name }: LockPlace): Promise<WriterLock | null> {
  if (heldHere.has(path)) {
    throw new WriterLockedError(
      `${name} is being written by this process (${process.pid}) already; close it before it is opened again`,
    );
  }
  heldHere.add(path);
  // DuckDB would recreate a file that has just lost its name, in steps that other processes see, so it gets a second
  // name.
  const alias = `${path}.${randomUUID()}`;
  try {
    await link(path, alias);
    const instance = await DuckDBInstance.create(alias, { threads: '1' });
    const release = () => {
      if (heldHere.delete(path)) instance.closeSync();
    };
    if (fileAt(path) === fileAt(alias)) return { release };
    release();
    return null;
  } catch (error) {
    heldHere.delete(path);
    if (systemCode(error) === 'ENOENT') return null;
    throw lockTrouble(error, { dir, path, name });
  } finally {
    await rm(alias, { force: true });
  }
}

/** The identity of the file with this name; undefined if there is none. Does not open the file. */
const fileAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

/** The path of the lock file, which is complete from the moment it has its name, and never changes. */
async function lockFile(dir: string): Promise<string> {
  try {
    await makeFolder(dir);
    const path = join(await realpath(dir), LOCK_FILE);
    // Checked without opening it: closing any handle of the file would release this process's lock.
    if (!existsSync(path)) await createLockFile(path);
    return path;
  } catch (error) {
    throw fileTrouble('make the lock file in', dir, error);
  }
}

async function createLockFile(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    const instance = await DuckDBInstance.create(aside, { threads: '1' });
    instance.closeSync();
    const file = await open(aside, 'r+');
    await file.sync();
    await file.close();
    await link(aside, path);
  } catch (error) {
    // Another process was faster, which is just as good.
    if (systemCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function lockTrouble(error: unknown, { dir, path, name }: LockPlace): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (systemCode(error) !== undefined || systemCodeIn(text) !== undefined) return fileTrouble('lock', path, error);
  if (!/could not set lock|being used by another process/i.test(text)) {
    const advice = `if no process uses ${dir}, delete that file`;
    return new Error(`cannot lock ${path}, expected a lock file, found: ${text} (${advice})`, { cause: error });
  }
  const pid = /PID (\d+)/.exec(text)?.[1];
  const holder = pid === undefined ? 'another process' : `process ${pid}`;
  const advice = pid === undefined ? 'stop that process' : `stop that process (kill ${pid})`;
  return new WriterLockedError(
    `${name} is being written by ${holder}, and can have one writer only: ${advice} or use another folder`,
    { cause: error },
  );
}
