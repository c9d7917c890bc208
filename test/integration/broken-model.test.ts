import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lakehouse } from '../support/lakehouse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOUR = '2026-01-31T10';
/** Each test runs the program some times. */
const TIMEOUT_MS = 90_000;
const MODEL = 'sql/analytics/purchase_summary.sql';
const NAMED = `analytics.purchase_summary (${MODEL}), hour ${HOUR}: `;
const AGAIN = 'the next run takes the hour again';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line with models that are wrong: in a copy of the program, whose models may be changed. */
describe('weir transform with a model that is wrong', { timeout: TIMEOUT_MS }, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let copy: string;
  let sound: string;
  const weir = (...args: readonly string[]) =>
    new Promise<Ended>((resolve) => {
      const all = ['--import', 'tsx', 'bin/weir.ts', ...args, '--data-dir', join(folder.path, 'data')];
      execFile(process.execPath, all, { cwd: copy }, (error, stdout, stderr) =>
        // What takes long shows its progress, too.
        resolve({ code: Number(error?.code ?? 0), stdout, stderr: stderr.replace(/^\d+ hours, .*\n/gm, '') }),
      );
    });
  /** By a process of its own, which lets go of the warehouse's file. */
  const rows = async (sql: string) => JSON.parse((await weir('query', '--json', sql)).stdout);
  const ledger = () =>
    rows(
      `select outcome from ops.runs where model = 'analytics.purchase_summary' and hour_start is not null order by 1`,
    );

  beforeAll(async () => {
    folder = await temporaryFolder();
    copy = join(folder.path, 'copy');
    for (const part of ['bin', 'lib', 'lambdas', 'streams', 'contracts', 'sql', 'weir.config.ts', 'package.json']) {
      await cp(join(ROOT, part), join(copy, part), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    sound = await readFile(join(copy, MODEL), 'utf8');
    const house = await lakehouse(join(folder.path, 'data'));
    const purchase = { created_at: '2026-01-31 10:45:05', country: 'Italy', currency: 'EUR', amount: 7 };
    await house.produce('shop.purchases', Date.UTC(2026, 0, 31, 10, 46), [purchase]);
    await house.settle();
    await house.close();
    expect(await weir('transform', '--hour', HOUR)).toMatchObject({ code: 0, stderr: '' });
  }, TIMEOUT_MS);
  afterAll(() => folder.remove());

  const broken: readonly [string, (sql: string) => string, string][] = [
    ['a wrong column', (sql) => sql.replace('sum(amount)', 'sum(amounts)'), `${NAMED}statement 2: Binder Error`],
    [
      'a duplicate merge key',
      (sql) => `${sql}union all select 'Italy', 1, 1, timestamp '2026-01-31 10:45:00', timestamp '2026-01-31 10:46:00'`,
      `${NAMED}expected rows that pass "unique: window_start, country"`,
    ],
    [
      'a failed data test',
      (sql) => sql.replace('purchases > 0', 'purchases > 1'),
      `${NAMED}expected rows that pass "expression: purchases > 1"`,
    ],
  ];

  it.each(broken)(
    'by %s: one line names model, file, hour and what to do; what was published stays; the next run continues',
    async (_, change, message) => {
      await writeFile(join(copy, MODEL), change(sound));
      const failed = await weir('transform', '--hour', HOUR);
      expect(failed.code).toBe(1);
      expect(failed.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(AGAIN)]);
      expect(failed.stderr).toContain(message);
      expect(await rows('select amount from analytics.purchase_summary')).toEqual([{ amount: '7' }]);
      expect(await ledger()).toEqual([{ outcome: 'failed' }, { outcome: 'succeeded' }]);
      await writeFile(join(copy, MODEL), sound);
      expect(await weir('backfill', '--from', HOUR, '--to', HOUR)).toMatchObject({ code: 0, stderr: '' });
      expect(await ledger()).toEqual([{ outcome: 'succeeded' }]);
    },
  );

  it.each<[string, (sql: string) => string, RegExp]>([
    [
      'a table that nobody makes',
      (sql) => sql.replace('analytics.purchase_partials', 'analytics.parts'),
      /found analytics\.parts; add that model, or read another table$/,
    ],
    [
      'a parameter that is never used',
      (sql) => sql.replace(':hour_end', ':hour_start'),
      /found only :hour_start: it would read all of history on every run$/,
    ],
    [
      'a syntax error',
      (sql) => sql.replace(/^select/m, 'select bye bye bye from'),
      /line \d+: expected a select .*, found syntax error at or near .* in DuckDB$/,
    ],
  ])('by %s is refused before anything is run, by the name of its file', async (_, change, message) => {
    await writeFile(join(copy, MODEL), change(sound));
    const { code, stderr } = await weir('transform', '--hour', HOUR);
    await writeFile(join(copy, MODEL), sound);
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr).toMatch(/^weir transform: sql\/analytics\/purchase_summary\.sql(, line \d+)?: expected /);
    expect(await ledger()).toEqual([{ outcome: 'succeeded' }]);
  });

  it.each([
    [['--hour', 'yesterday'], /--hour: expected an hour in UTC such as 2026-01-31T13, found "yesterday"/],
    [
      ['--hour', '2099-01-01T00'],
      /--hour: expected an hour that has begun, found 2099-01-01T00, which is in the future/,
    ],
  ])('an hour that is none: %s', async (args, message) => {
    const { code, stderr } = await weir('transform', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
