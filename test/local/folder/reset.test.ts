import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireWriterLock } from '../../../lib/adapters/embedded/writer-lock.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { deleteMade, madeByWeir } from '../../../lib/local/folder/reset.ts';
import { contracts } from '../../support/fixture-project.ts';
import { spawnScript } from '../../support/spawn-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Deleting as many names takes a few seconds, though there is nothing of these. */
const NAMES = 60_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('a reset', () => {
  it('leaves the files of others in every folder that it empties, and nothing else', async () => {
    const data = dataFolder(join(folder.path, 'data'));
    const folders = [data.dir, data.log, data.lake, data.catalog, data.work, data.warehouse, data.metrics];
    for (const dir of folders) {
      await mkdir(dir, { recursive: true });
      await writeFile(join(dir, 'notes.txt'), 'mine');
    }
    const own = ['duckdb', 'weir-sink-1'].map((name) => join(data.work, name));
    for (const dir of own) await mkdir(dir);
    const made = await madeByWeir(data, contracts);
    expect(made).toEqual(expect.arrayContaining(own));
    await deleteMade(data, made);
    for (const dir of folders.slice(1)) expect(await readdir(dir)).toEqual(['notes.txt']);
  });

  it('keeps others out to its end, and then leaves nothing', async () => {
    const data = dataFolder(join(folder.path, 'data'));
    (await acquireWriterLock(data.log, 'the log')).release();
    const made = await madeByWeir(data, contracts);
    const names = Array.from({ length: NAMES }, (_, index) => join(data.lake, `shop_purchases-${index}`));
    let isOver = false;
    const reset = deleteMade(data, [...made, ...names]).finally(() => {
      isOver = true;
    });
    const rival = spawnScript('hold-writer-lock.ts', data.log);
    await rival.printed('refused');
    expect(isOver).toBe(false);
    await reset;
    expect(existsSync(data.dir)).toBe(false);
  });
});
