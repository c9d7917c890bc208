import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lmdbMetricStore } from '../../lib/adapters/embedded/lmdb-metric-store.ts';
import { parseShardState } from '../../lib/pipeline/meter/shard-state.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, weir } from '../support/weir-process.ts';

const purchases = [
  ['Germany', 100, '10:45:05'],
  ['Germany', 250, '10:45:59'],
  ['Germany', 40, '10:46:00'],
  ['Italy', 70, '10:45:30'],
].map(([country, amount, at]) => ({ created_at: `2026-01-31 ${at}`, country, currency: 'EUR', amount }));
const searches = [
  { hotel_advertisers: { Amoma: [{ eurocents: 17558 }], Expedia: [{ eurocents: 13242, breakfast: 'false' }] } },
  { hotel_id: 'h2', hotel_advertisers: {} },
  { user_id: 'U1', hotel_advertisers: { Amoma: [{ eurocents: 100 }, { eurocents: 90 }], amoma: [] } },
].map((search) => ({ user_id: 'u1', hotel_id: 'h1', search_timestamp: 1_769_864_400, ...search }));

describe('weir metrics', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await weir([...args, '--data-dir', join(folder.path, 'data')]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout;
  };
  /** Group values and figures of each row. */
  const rowsOf = async (name: string) => {
    const { data } = JSON.parse(await run('metrics', name, '--json'));
    return data.map(({ group, values, window }: { group: object; values: object; window?: { start: string } }) => [
      ...(window === undefined ? [] : [window.start.slice(11, 16)]),
      ...Object.values(group),
      ...Object.values(values),
    ]);
  };
  const produce = async (stream: string, events: readonly object[]) => {
    const file = join(folder.path, `${stream}.ndjson`);
    await writeFile(file, events.map((event) => JSON.stringify(event)).join('\n'));
    await run('produce', stream, '--file', file);
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    expect(JSON.parse(await run('metrics', 'users', '--json'))).toMatchObject({ count: 0, data: [], complete: true });
    await produce('shop.purchases', purchases);
    await produce('search.raw', searches);
    await run('start', '--once');
  }, 120_000);
  afterAll(() => folder?.remove());

  it('has purchases by country and window', async () => {
    expect(await rowsOf('purchase_windows')).toEqual([
      ['10:45', 'Germany', 2, 350],
      ['10:45', 'Italy', 1, 70],
      ['10:46', 'Germany', 1, 40],
    ]);
    expect(await rowsOf('purchases')).toEqual([[4]]);
  });

  it('has users, hotels and advertisers as they are spelled, and true and winning minima', async () => {
    expect(await rowsOf('users')).toEqual([
      ['U1', 1],
      ['u1', 2],
    ]);
    expect(await rowsOf('hotels')).toEqual([
      ['h1', 2],
      ['h2', 1],
    ]);
    expect(await rowsOf('advertisers')).toEqual([
      ['Amoma', 2],
      ['Expedia', 1],
      ['amoma', 1],
    ]);
    expect(await rowsOf('hotel_min_offers')).toEqual([
      ['h1', 'Amoma', 90],
      ['h1', 'Expedia', 13242],
      ['h1', 'amoma', null],
    ]);
    expect(await rowsOf('winning_offers')).toEqual([
      ['h1', 'Amoma', 90],
      ['h1', 'Expedia', 13242],
      ['h2', null, null],
    ]);
  });

  it('changes nothing when the pipeline starts again, and lists what there is', async () => {
    await run('start', '--once');
    expect(await rowsOf('purchases')).toEqual([[4]]);
    expect(await run('metrics')).toMatch(/purchase_windows +shop\.purchases +country +count, sum_amount +60 s/);
  });

  it('has the same after a rebuild from the lake, and after the store was lost', async () => {
    const before = await rowsOf('purchase_windows');
    const users = await rowsOf('users');
    expect(await run('metrics', 'rebuild')).toContain('search.processed: counted');
    expect(await rowsOf('purchase_windows')).toEqual(before);
    await rm(join(folder.path, 'data/metrics'), { recursive: true });
    const pipeline = startWeir(['start', '--no-generate', '--data-dir', join(folder.path, 'data')]);
    try {
      await expect.poll(() => rowsOf('users'), { timeout: 40_000, interval: 500 }).toEqual(users);
      await expect.poll(() => rowsOf('purchase_windows'), { timeout: 40_000, interval: 500 }).toEqual(before);
    } finally {
      pipeline.kill('SIGTERM');
      await pipeline.ended;
    }
  }, 120_000);

  it('that are off by one are found by an audit, and counted again by a repair', async () => {
    const data = join(folder.path, 'data');
    const before = await rowsOf('users');
    expect(await run('audit')).toMatch(/nothing found\n$/);
    const store = await lmdbMetricStore({ dir: join(data, 'metrics') });
    for (const shard of await store.shards('search.processed')) {
      const state = (await store.read(shard)) ?? '';
      const metric = parseShardState(state).metrics[0]?.id ?? '';
      const { entries } = await store.entries(shard, metric, { limit: 1 });
      const more = entries.map((entry) => ({ ...entry, values: [1n] }));
      const change = { metric, merges: ['add' as const], entries: more, clear: false, dropBelow: null };
      expect(await store.step(shard, { expected: state, next: state, changes: [change] })).toBe('done');
    }
    await store.close();
    const audited = await weir(['audit', '--data-dir', data]);
    expect(audited.code).toBe(1);
    expect(audited.stdout).toMatch(
      /^lake\.search_processed live_differs: live metric \S+ is not what the rows give: 1 group differs/,
    );
    expect(await run('repair', '--stream', 'shop.purchases')).toMatch(/nothing found\n$/);
    const repaired = await run('repair', '--apply');
    expect(repaired).toContain('repair: counts its live metrics again from the lake');
    expect(repaired).toMatch(/, 0 left after the repair\n$/);
    expect(await rowsOf('users')).toEqual(before);
  }, 120_000);

  it('names the metrics there are, asked for another', async () => {
    const { code, stderr } = await weir(['metrics', 'sales', '--data-dir', join(folder.path, 'data')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected one of the metrics purchases, .*, found "sales"/);
  });
});
