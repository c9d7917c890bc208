import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WriterLockedError } from '../../lib/adapters/embedded/writer-lock.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { dataFolder, REBUILT_BY_FILE, REBUILT_FILE, WAREHOUSE_FILE } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { query } from '../../lib/local/query/query.ts';
import { rebuildWarehouse } from '../../lib/local/rebuild-warehouse.ts';
import { transform } from '../../lib/pipeline/transform/transform.ts';
import { SettingError } from '../../lib/settings.ts';
import { contracts, modelsDir } from '../support/fixture-project.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const T = Date.UTC(2026, 0, 31, 10, 46, 30);
const HOUR_MS = 3_600_000;
const HOUR = { dt: '2026-01-31', hour: 10 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let house: Awaited<ReturnType<typeof lakehouse>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  house = await lakehouse(folder.path);
  const purchase = (at: string, amount: number) => ({
    created_at: `2026-01-31 ${at}`,
    country: 'Italy',
    currency: 'EUR',
    amount,
  });
  await house.produce('shop.purchases', T, [purchase('10:45:00', 1), purchase('10:46:00', 2)]);
  await house.produce('shop.purchases', T + HOUR_MS, [purchase('10:47:00', 4)]);
  await house.settle();
  expect(await house.refresh()).toMatchObject({ hours: 2, failures: [] });
  await house.close();
});
afterEach(async () => {
  await house.close();
  await folder.remove();
});

const options = (windowSeconds: number) => ({
  folder: dataFolder(folder.path),
  settings: { windowSeconds, warehouseMemoryMegabytes: 512 },
  contracts,
  modelsDir,
  clock: systemClock,
});

const amounts = async () => {
  const sql = 'select amount from analytics.purchase_summary order by window_start';
  const { rows } = await query(localLake(dataFolder(folder.path), contracts), sql);
  const found: unknown[] = [];
  for await (const chunk of rows) found.push(...chunk.flat());
  return found;
};

describe('tables with windows of another length', { timeout: 60_000 }, () => {
  it('are left as they are, whatever is asked for, and the message says what to do', async () => {
    const run = transform({ ...house.deps, windowSeconds: 300 }, { hours: [HOUR], again: true });
    await expect(run).rejects.toThrow(SettingError);
    await expect(run).rejects.toThrow(
      /^WEIR_WINDOW_SECONDS: expected 60 \(seconds\), with which analytics\.purchase_partials.* were made, found 300; nothing was run/,
    );
    await house.close();
    expect(await amounts()).toEqual(['1', '2', '4']);
    expect(await house.refresh()).toMatchObject({ hours: 0, failures: [] });
  });

  it('are recreated by a rebuild, and are whole all the time', async () => {
    const seen: unknown[] = [];
    let last: Promise<unknown> = Promise.resolve();
    const onProgress = () => {
      last = last.then(async () => seen.push(await amounts()));
    };
    const { counts, isPublished } = await rebuildWarehouse(options(300), { onProgress });
    expect(isPublished).toBe(true);
    expect(counts).toMatchObject({ hours: 2, failures: [] });
    await last;
    for (const one of seen) expect([['1', '2', '4'], ['7']]).toContainEqual(one);
    expect(await amounts()).toEqual(['7']);
    const again = await transform({ ...house.deps, windowSeconds: 300 }, { hours: [HOUR] });
    expect(again).toMatchObject({ published: 0, failures: [] });
  });
});

describe('a warehouse that cannot be read', { timeout: 60_000 }, () => {
  it('says what to do, and a rebuild takes its place', async () => {
    const file = join(dataFolder(folder.path).warehouse, WAREHOUSE_FILE);
    await writeFile(file, 'no database');
    await writeFile(`${file}.wal`, 'no log');
    await expect(house.refresh()).rejects.toThrow(
      /expected a DuckDB file of this version, found: .*; run weir rebuild$/,
    );
    expect(await rebuildWarehouse(options(60), {})).toMatchObject({ isPublished: true });
    expect(await amounts()).toEqual(['1', '2', '4']);
  });
});

describe('a rebuild that is stopped', { timeout: 60_000 }, () => {
  const stopAfterOneHour = async (windowSeconds: number) => {
    const stop = new AbortController();
    const { isPublished } = await rebuildWarehouse(options(windowSeconds), {
      onProgress: () => stop.abort(),
      signal: stop.signal,
    });
    expect(isPublished).toBe(false);
    expect(await amounts()).toEqual(['1', '2', '4']);
  };

  it('leaves the tables that were there, and continues where it was', async () => {
    await stopAfterOneHour(300);
    const { counts } = await rebuildWarehouse(options(300), {});
    expect(counts.hours).toBe(1);
    expect(counts.unchanged).toBeGreaterThan(0);
    expect(await amounts()).toEqual(['7']);
    expect(existsSync(join(dataFolder(folder.path).warehouse, REBUILT_FILE))).toBe(false);
  });

  it('is restarted when the models are other ones', async () => {
    await stopAfterOneHour(300);
    const data = dataFolder(folder.path);
    // As a rebuild by other models leaves it.
    await writeFile(join(data.warehouse, REBUILT_BY_FILE), 'others');
    const { counts } = await rebuildWarehouse(options(300), {});
    expect(counts).toMatchObject({ hours: 2, unchanged: 0 });
    expect(await amounts()).toEqual(['7']);
    expect(await readdir(data.warehouse)).not.toContain(REBUILT_BY_FILE);
  });

  it('is one at a time', async () => {
    const [first, second] = await Promise.allSettled([
      rebuildWarehouse(options(300), {}),
      rebuildWarehouse(options(300), {}),
    ]);
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
    const refused = [first, second].find((one) => one.status === 'rejected');
    expect(refused).toMatchObject({ reason: expect.any(WriterLockedError) });
    expect(await amounts()).toEqual(['7']);
  });

  it('is restarted with windows of yet another length', async () => {
    await stopAfterOneHour(300);
    const { counts } = await rebuildWarehouse(options(120), {});
    expect(counts).toMatchObject({ hours: 2, unchanged: 0 });
    expect(await amounts()).toEqual(['1', '6']);
  });
});
