import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asideName, removeStaleAsides } from '../../../lib/adapters/embedded/aside-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** No process has it: Linux counts to 4,194,304 at most. */
const NO_PID = 99_999_999;
const MINUTE_MS = 60_000;

describe('files that processes have left aside', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const left = async (name: string, ageMs: number) => {
    const path = join(folder.path, name);
    await writeFile(path, 'half');
    const at = new Date(Date.now() - ageMs);
    await utimes(path, at, at);
    await removeStaleAsides(folder.path);
    return (await readdir(folder.path)).includes(name);
  };

  it.each([
    ['of this process stay', asideName('x'), 0, true],
    ['of a process that had the same id before this one began go', asideName('x'), 50 * MINUTE_MS, false],
    ['of another living process stay', `${hostname()}~${process.ppid}~x`, 50 * MINUTE_MS, true],
    ['of a process that is no more go at once', `${hostname()}~${NO_PID}~x`, 0, false],
    ['of another host stay for an hour', `elsewhere~${NO_PID}~x`, 59 * MINUTE_MS, true],
    ['of another host go after an hour', `elsewhere~${NO_PID}~x`, 61 * MINUTE_MS, false],
  ])('%s', async (_, name, ageMs, stays) => {
    expect(await left(name, ageMs)).toBe(stays);
  });
});
