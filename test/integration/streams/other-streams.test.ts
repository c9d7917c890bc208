import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../../lib/package-root.ts';
import { copyCheckout } from '../../support/checkout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());
const root = join(folder.path, 'checkout');
const inRoot = (...path: string[]) => join(root, ...path);
const run = (command: string, ...args: string[]) =>
  promisify(execFile)(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });

/** The domain that stays. No model reads it. */
const KEPT = 'people';
const removed = readdirSync(join(packageRoot, 'streams')).filter((name) => name !== KEPT);
const CONFIG = 'weir.config.ts';

const SAMPLE = Array.from({ length: 50 }, (_, index) => ({
  ticket_id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  opened_at: `2026-01-31T12:00:${String(index).padStart(2, '0')}Z`,
  price: `${index}.50`,
  seats: index % 3 === 0 ? null : index,
}));

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** What CONTRIBUTING.md says under "Remove a domain". */
function removeDomains(): void {
  const belongsToRemoved = (name: string) => removed.some((domain) => name.startsWith(`${domain}.`));
  for (const domain of removed) {
    for (const parent of ['streams', 'test/streams']) rmSync(inRoot(parent, domain), { recursive: true });
  }
  for (const parent of ['contracts/released', 'test/golden']) {
    for (const name of readdirSync(inRoot(parent)).filter(belongsToRemoved)) {
      rmSync(inRoot(parent, name), { recursive: true });
    }
  }
  for (const name of readdirSync(inRoot('sql'))) rmSync(inRoot('sql', name), { recursive: true });
  const imports = new RegExp(`^import \\{ (${removed.join('|')}) \\} .*\n`, 'gm');
  edit(CONFIG, (config) => config.replaceAll(imports, '').replace(/streams: \[.*\]/, `streams: [...${KEPT}]`));
}

function edit(file: string, change: (text: string) => string): void {
  const text = readFileSync(inRoot(file), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`${file}: expected something to change, found nothing`);
  writeFileSync(inRoot(file), changed);
}

beforeAll(async () => {
  // A test runs weir as a user who may only read, who must reach it here too.
  await chmod(folder.path, 0o755);
  copyCheckout(root, { withTests: true });
  removeDomains();
});

it('without all shipped domains but one, and with a stream that weir infer has found, types and unit tests are green', async () => {
  writeFileSync(inRoot('sample.ndjson'), SAMPLE.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const inferred = await run('npx', 'tsx', 'bin/weir.ts', 'infer', 'tickets', '--file', 'sample.ndjson');
  expect(inferred.stdout).toContain('accepts 50 of the sample’s 50 events');
  // Only a person knows what a field means: every contract of this repository says so.
  edit('streams/tickets.ts', (source) => source.replaceAll(/\(''(?=[,)])/g, "('What it means.'"));
  edit(CONFIG, (config) => {
    const named = config.replace(`[...${KEPT}]`, `[...${KEPT}, tickets]`);
    return `import { tickets } from './streams/tickets.ts';\n${named}`;
  });
  await run('npm', 'run', 'accept');
  await run('npx', 'tsc');
  // The tool that measures the tests is no part of the engine. A failed test ends vitest with exit code 1; the report has its name.
  const options = ['--project', 'unit', '--exclude', 'test/mutation/**', '--reporter=json', '--outputFile=report.json'];
  await run('npx', 'vitest', 'run', ...options).catch(() => undefined);
  const { testResults, numPassedTests }: Report = JSON.parse(readFileSync(inRoot('report.json'), 'utf8'));
  const failed = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => fullName);
    return status === 'passed' ? [] : [`${name}: ${tests.length === 0 ? message : tests.join(', ')}`];
  });
  expect(failed).toEqual([]);
  expect(numPassedTests).toBeGreaterThan(1000);
}, 1_500_000);
