import { acquireWriterLock } from '../../../lib/adapters/embedded/writer-lock.ts';

/** Run as a process of its own: takes the lock of the folder that is named, says so, and keeps it until it is killed. */
try {
  await acquireWriterLock(process.argv[2] ?? '', 'the test folder');
  process.stdout.write('held\n');
  setInterval(() => {}, 1000);
} catch {
  process.stdout.write('refused\n');
}
