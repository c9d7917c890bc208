import { acquireWriterLock } from '../../../lib/adapters/embedded/writer-lock.ts';

/** Run as a separate process: takes the lock of the given folder, reports it, and holds it until killed. */
try {
  await acquireWriterLock(process.argv[2] ?? '', 'the test folder');
  process.stdout.write('held\n');
  setInterval(() => {}, 1000);
} catch {
  process.stdout.write('refused\n');
}
