import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hourOf } from '../../lib/derive/table-partition.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { hourText } from '../../lib/pipeline/transform/hours.ts';
import { fillLog } from '../support/fill-log.ts';
import { fixture } from '../support/fixture-project.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const HOUR_MS = 3_600_000;
const EVENTS = 3000;

describe('weir compact', () => {
  let folder: string;
  let remove: () => Promise<void>;
  const nowMs = Date.now();
  const yesterday = hourText(hourOf(nowMs - 24 * HOUR_MS));
  beforeAll(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    await fillLog(folder, { nowMs: nowMs - 24 * HOUR_MS, from: 0, count: EVENTS });
    await fillLog(folder, { nowMs, from: EVENTS, count: 10 });
    const started = await run('start', ['--once'], { WEIR_BATCH_SIZE: '500', WEIR_COMPACT_EVERY_SECONDS: '0' });
    expect(started).toMatchObject({ code: 0, stderr: '' });
  }, 120_000);
  afterAll(() => remove());

  const run = (command: string, args: readonly string[], environment = {}) =>
    weir([command, '--data-dir', folder, ...args], environment);
  const rows = async () => {
    const sql =
      'select count(*) as n, count(distinct (kafka_partition, kafka_offset)) as different from lake.shop_purchases';
    return JSON.parse((await run('query', ['--json', sql])).stdout)[0];
  };
  const objectsOf = async () => {
    const names = await readdir(join(folder, 'lake', 'shop_purchases'), { recursive: true });
    return names.filter((name) => name.endsWith('.parquet')).length;
  };

  it('says what is wrong with the hours and the table that it is given', async () => {
    const wrong = [
      [
        ['--from', 'yesterday'],
        /^weir compact: --from: expected an hour in UTC such as 2026-01-31T13, found "yesterday"\n$/,
      ],
      [['--from', '2026-01-02T00', '--to', '2026-01-01T00'], /--to: expected an hour at or after 2026-01-02T00/],
      [
        ['--table', 'shop_purchases'],
        /--table: expected one of lake\.chat_rooms, .*lake\.dead_letters, found "shop_pur/,
      ],
    ] as const;
    for (const [args, message] of wrong) {
      const { code, stderr } = await run('compact', args);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });

  it('a full disk leaves the hour as it was, and nothing behind', async () => {
    const program = join(packageRoot, 'bin/weir.ts');
    const command = `ulimit -f 4; exec "${process.execPath}" --import tsx "${program}" compact --data-dir "${folder}"`;
    const failed = await promisify(execFile)('sh', ['-c', command], { cwd: fixture.dir }).catch((error) => error);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(
      /lake\.shop_purchases \S+: cannot make .*: the file is larger than this process may write/,
    );
    expect(await readdir(join(folder, 'compact'))).toEqual([]);
    expect(await rows()).toEqual({ n: `${EVENTS + 10}`, different: `${EVENTS + 10}` });
  });

  it('compacts the hour that is over, reports it, and leaves the rows and the open hour', async () => {
    const before = await objectsOf();
    const { code, stdout, stderr } = await run('compact', []);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^1 hour compacted, \d+ objects → 1\n$/);
    expect(await objectsOf()).toBeGreaterThan(before);
    expect(await rows()).toEqual({ n: `${EVENTS + 10}`, different: `${EVENTS + 10}` });
    const table = ['--table', 'lake.shop_purchases'];
    const again = await run('compact', [...table, '--from', yesterday]);
    expect(again.stdout).toBe(
      '0 hours compacted; 1 hour left: compacted before; 1 hour left: open, or closed for less than 15 minutes\n',
    );
  });
});
