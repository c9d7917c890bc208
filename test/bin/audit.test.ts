import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillLog } from '../support/fill-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

describe('weir audit', { timeout: 120_000 }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    await fillLog(folder, { nowMs: Date.now(), from: 0, count: 1500 });
    const started = await weir(['start', '--once', '--data-dir', folder], { WEIR_BATCH_SIZE: '500' });
    expect(started).toMatchObject({ code: 0, stderr: '' });
  }, 120_000);
  afterAll(() => remove());
  const audit = (...args: string[]) => weir(['audit', '--data-dir', folder, ...args]);

  it('finds nothing in a lake that is as it was written, and ends with 0', async () => {
    const { code, stdout } = await audit();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[12] hours? checked, nothing found\n$/);
    expect(await audit('--json', '--to', '2026-01-01T00')).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('leaves what it has found for the dashboard, and audits all the same where it cannot', async () => {
    await audit('--stream', 'shop.purchases');
    const report = join(folder, 'audit.json');
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
      ...{ stream: 'shop.purchases', from: null, to: null, compared_live: true, findings: [] },
      hours: expect.any(Number),
    });
    await rm(report);
    await mkdir(report);
    const { code, stderr } = await audit();
    await rm(report, { recursive: true });
    expect(code).toBe(0);
    expect(stderr).toContain('weir audit: the dashboard will not show this audit: cannot write');
  });

  it('of one stream needs one that there is', async () => {
    expect(await audit('--stream', 'shop.purchases')).toMatchObject({ code: 0 });
    const { code, stderr } = await audit('--stream', 'shop_purchases');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^weir audit: --stream: expected one of .*shop\.purchases.*, found "shop_purchases"\n$/);
  });

  it('names an hour that is not registered, which weir repair registers, once it is to', async () => {
    const repair = (...args: string[]) => weir(['repair', '--data-dir', folder, ...args]);
    const entries = join(folder, 'catalog', 'lake', 'shop_purchases');
    await rm(entries, { recursive: true });
    const found = /^lake\.shop_purchases \S+ unregistered_hour: .*\n {2}repair: registers the hour\n/;
    const said = await repair();
    expect(said.code).toBe(1);
    expect(said.stdout).toMatch(found);
    expect(said.stdout).toMatch(/checked, [12] findings?; weir repair --apply repairs [12]\n$/);
    await expect(readdir(entries)).rejects.toThrow('ENOENT');
    const done = await repair('--apply', '--stream', 'shop.purchases');
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(found);
    expect(done.stdout).toMatch(/, 0 left after the repair\n$/);
    expect(await audit()).toMatchObject({ code: 0 });
    expect((await repair('--apply')).stdout).toMatch(/checked, nothing found\n$/);
  });

  it('names what is wrong and what to do about it, as text or JSON, and ends with 1', async () => {
    const lake = join(folder, 'lake');
    const names = (await readdir(join(lake, 'shop_purchases'), { recursive: true })).filter((name) =>
      name.endsWith('-000001.parquet'),
    );
    const lost = join('shop_purchases', names[0] as string);
    await rm(join(lake, lost));
    const { code, stdout } = await audit('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        kind: 'lost_object',
        table: 'lake.shop_purchases',
        message: expect.stringContaining(`${lost}: the object is gone`),
      },
    ]);
    const repaired = await weir(['repair', '--apply', '--data-dir', folder]);
    expect(repaired.code).toBe(1);
    expect(repaired.stdout).toMatch(/ {2}to do: put the object back .*\n.* checked, 1 finding\n$/);
    const text = await audit();
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(
      /lost_object: .*offsets 500 to 999\n {2}to do: put the object back .*\n.* checked, 1 finding\n$/,
    );
  });
});
