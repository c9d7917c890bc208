import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkoutWith, readmeStream } from '../../support/readme-stream.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());
const root = join(folder.path, 'checkout');
const run = (command: string, ...args: string[]) =>
  promisify(execFile)(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });

/** What follows from contracts, and what is counted over all of them. */
const TESTS = ['test/streams', 'test/derive', 'test/infra', 'test/cost'];

beforeAll(() => {
  checkoutWith(readmeStream(), root, { withTests: true });
});

it('the README’s stream leaves the tests of streams, derivations, stacks and costs green after npm run accept', async () => {
  const { stdout } = await run('npm', 'run', 'accept');
  expect(stdout).toContain('new: contracts/released/shop.returns.json\nchanged: docs/STREAMS.md\n');
  expect(existsSync(join(root, 'test/golden/shop.returns/glue.json'))).toBe(true);
  // A test that fails ends it with another exit code than 0, which rejects.
  const tested = await run('npx', 'vitest', 'run', '--project', 'unit', '--reporter=json', ...TESTS);
  expect(JSON.parse(tested.stdout.slice(tested.stdout.indexOf('{')))).toMatchObject({
    success: true,
    numFailedTests: 0,
  });
}, 900_000);
