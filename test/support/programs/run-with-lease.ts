import { runWithLease } from '../lease-runner.ts';

/** `run-with-lease.ts <endpoint> <runner>`: prints the name of each transaction before it begins. */
const [endpoint = '', runner = ''] = process.argv.slice(2);
await runWithLease(endpoint, runner, (name) => {
  process.stdout.write(`${name}\n`);
});
