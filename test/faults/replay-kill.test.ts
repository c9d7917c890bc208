import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { random } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, weir } from '../support/weir-process.ts';

const EVENTS = 100_000;
const ROUNDS = 4;
const FIXES = [100, 200];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const dataDir = () => ['--data-dir', join(folder.path, 'data')];
const fixFile = (amount: number) => join(folder.path, `fix-${amount}.mjs`);
const replayArgs = (amount: number) => [
  'dlq',
  'replay',
  '--stream',
  'shop.purchases',
  '--with',
  fixFile(amount),
  ...dataDir(),
];

const objects = () => readdir(join(folder.path, 'data/lake/shop_purchases'), { recursive: true });
const rows = async (sql: string) => JSON.parse((await weir(['query', '--json', sql, ...dataDir()])).stdout);

beforeAll(async () => {
  folder = await temporaryFolder();
  // Every second one is none.
  const lines = Array.from({ length: EVENTS }, (_, index) =>
    JSON.stringify({
      created_at: '2026-01-31 10:45:00',
      country: index % 3 === 0 ? 'Italy' : 'Spain',
      currency: 'EUR',
      amount: index % 2 === 0 ? 1 : -1,
    }),
  );
  await writeFile(join(folder.path, 'events.ndjson'), lines.join('\n'));
  for (const amount of FIXES) {
    await writeFile(fixFile(amount), `export default (event) => ({ ...event, amount: ${amount} });`);
  }
  await weir(['produce', 'shop.purchases', '--file', join(folder.path, 'events.ndjson'), '--raw', ...dataDir()]);
  expect(await weir(['start', '--no-generate', '--once', ...dataDir()])).toMatchObject({ code: 0 });
}, 300_000);
afterAll(() => folder.remove());

it('dead letters that two people replay with different fixes, killed again and again, are one row each', async () => {
  const choices = random(7);
  const ends: (number | null)[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const running = FIXES.map((amount) => startWeir(replayArgs(amount)));
    const before = (await objects()).length;
    let isOver = false;
    const all = Promise.all(running.map(({ ended }) => ended)).finally(() => {
      isOver = true;
    });
    // Killed soon after an object has appeared: between that and its registration, or the next one.
    while (!isOver && (await objects()).length === before) await sleep(20);
    for (const one of running) {
      await sleep(choices.below(200));
      one.kill('SIGKILL');
    }
    ends.push(...(await all));
  }
  expect(ends.filter((code) => code === null).length).toBeGreaterThanOrEqual(2);
  const [{ made }] = await rows(`select count(*) filter (amount in (100, 200)) as made from lake.shop_purchases`);
  expect(Number(made)).toBeGreaterThan(0);
  const last = await Promise.all(FIXES.map((amount) => weir(replayArgs(amount))));
  for (const { code, stdout } of last) expect({ code, stdout }).toMatchObject({ code: 0 });
  const sql =
    'select count(*) as n, count(distinct (kafka_partition, kafka_offset)) as different, ' +
    'count(*) filter (amount in (100, 200)) as made from lake.shop_purchases';
  const [found] = await rows(sql);
  expect(found).toEqual({ n: `${EVENTS}`, different: `${EVENTS}`, made: `${EVENTS / 2}` });
  const [{ total }] = await rows('select sum(amount) as total from lake.shop_purchases');
  const { data } = JSON.parse((await weir(['metrics', 'purchase_windows', '--json', ...dataDir()])).stdout);
  const live = data.map(({ values }: { readonly values: Record<string, unknown> }) => values);
  const sumOf = (name: string) =>
    live.reduce((sum: number, one: Record<string, unknown>) => sum + Number(one[name]), 0);
  expect({ count: sumOf('count'), total: sumOf('sum_amount') }).toEqual({ count: EVENTS, total: Number(total) });
  expect(await weir(['audit', ...dataDir()])).toMatchObject({ code: 0 });
}, 600_000);
