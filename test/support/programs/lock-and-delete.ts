import { mkdirSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireWriterLock, LOCK_FILE, WriterLockedError } from '../../../lib/adapters/embedded/writer-lock.ts';

/** Long enough for another process to create a file and lock it. */
const HELD_MS = 25;

const [dir = '', times = '1'] = process.argv.slice(2);

/**
 * Run as several processes: each takes the lock the given number of times, and deletes its file while holding it, as a
 * reset does.
 */
for (let held = 0; held < Number(times); ) {
  try {
    const lock = await acquireWriterLock(dir, 'the test folder');
    // Fails if another process also holds the lock.
    mkdirSync(join(dir, 'only-one'));
    await sleep(HELD_MS);
    rmdirSync(join(dir, 'only-one'));
    await rm(join(dir, LOCK_FILE), { force: true });
    lock.release();
    held += 1;
  } catch (error) {
    if (!(error instanceof WriterLockedError)) throw error;
  }
}
process.stdout.write('never two\n');
