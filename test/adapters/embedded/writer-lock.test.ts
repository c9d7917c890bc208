import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireWriterLock, WriterLockedError } from '../../../lib/adapters/embedded/writer-lock.ts';
import { spawnScript } from '../../support/spawn-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let dir: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  dir = join(folder.path, 'data');
});
afterEach(() => folder.remove());

describe('the writer lock', () => {
  it('is one process’s, which the refusal names, and is free as soon as that is killed', async () => {
    const holder = spawnScript('hold-writer-lock.ts', dir);
    await holder.printed('held');
    const refusal = `the log is being written by process ${holder.child.pid}, and can have one writer only: stop`;
    await expect(acquireWriterLock(dir, 'the log')).rejects.toThrow(WriterLockedError);
    await expect(acquireWriterLock(dir, 'the log')).rejects.toThrow(refusal);
    await holder.kill();
    const lock = await acquireWriterLock(dir, 'the log');
    lock.release();
  });

  it('stays with a process that is only stopped', async () => {
    const holder = spawnScript('hold-writer-lock.ts', dir);
    await holder.printed('held');
    holder.child.kill('SIGSTOP');
    await expect(acquireWriterLock(dir, 'the log')).rejects.toThrow(`process ${holder.child.pid}`);
    await holder.kill();
    (await acquireWriterLock(dir, 'the log')).release();
  });

  it('is refused a second time within a process, by whatever path, and the first stays', async () => {
    const lock = await acquireWriterLock(dir, 'the log');
    const other = join(folder.path, 'other');
    await symlink(dir, other);
    for (const path of [dir, `${dir}/.`, other]) {
      await expect(acquireWriterLock(path, 'the log')).rejects.toThrow(/by this process \(\d+\) already/);
    }
    const rival = spawnScript('hold-writer-lock.ts', dir);
    await rival.printed('refused');
    lock.release();
    lock.release();
    (await acquireWriterLock(dir, 'the log')).release();
  });

  it('goes to one of many who want it at once', async () => {
    const asked = Array.from({ length: 8 }, () => acquireWriterLock(dir, 'the log'));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') outcome.value.release();
    expect(await readdir(dir)).toEqual(['writer.lock']);
  });

  it('is one process’s, also while holders delete its file', async () => {
    const rivals = [1, 2, 3, 4].map(() => spawnScript('lock-and-delete.ts', dir, '20'));
    for (const rival of rivals) await rival.printed('never two');
  }, 60_000);

  it('is one per folder', async () => {
    const locks = await Promise.all(['a', 'b'].map((name) => acquireWriterLock(join(dir, name), 'the log')));
    for (const lock of locks) lock.release();
  });
});
