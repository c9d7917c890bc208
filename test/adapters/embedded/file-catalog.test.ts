import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileCatalog } from '../../../lib/adapters/embedded/file-catalog.ts';
import { catalogSuite } from '../../conformance/catalog.suite.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('files as a catalogue', () => {
  catalogSuite(async () => {
    const folder = await temporaryFolder();
    const dir = join(folder.path, 'catalog');
    let tables = 0;
    return {
      catalog: fileCatalog(dir),
      another: fileCatalog(dir),
      isAtomic: true,
      createTable: async () => ({ database: 'lake', table: `table_${tables++}` }),
      close: folder.remove,
    };
  });
});

describe('the folder of a file catalogue', () => {
  const table = { database: 'lake', table: 'shop_purchases' };
  const location = 'shop_purchases/dt=2026-01-31/hour=05/g=0/';
  const partition = { dt: '2026-01-31', hour: 5, generation: 0, location };
  const marker = 'lake/shop_purchases/dt=2026-01-31/hour=05/g=0';
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('holds one small file per table, hour and generation, with the location', async () => {
    await fileCatalog(folder.path).register(table, partition);
    expect(JSON.parse(await readFile(join(folder.path, marker), 'utf8'))).toEqual({ location });
  });

  it('may hold files that are not its own', async () => {
    const catalog = fileCatalog(folder.path);
    await catalog.register(table, partition);
    await writeFile(join(folder.path, 'lake/shop_purchases/.DS_Store'), 'x');
    expect(await catalog.partitions(table)).toEqual([partition]);
  });

  it.each(['{"loc', '{"location":7}', 'null', ''])(
    'names the marker that a person has damaged, and says what belongs there: %j',
    async (text) => {
      const catalog = fileCatalog(folder.path);
      await catalog.register(table, partition);
      await writeFile(join(folder.path, marker), text);
      await expect(catalog.partitions(table)).rejects.toThrow(/hour=05\/g=0: expected \{"location":"…"\}/);
    },
  );
});
