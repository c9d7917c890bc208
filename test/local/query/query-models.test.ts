import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localLake } from '../../../lib/local/query/local-lake.ts';
import { query } from '../../../lib/local/query/query.ts';
import { contracts } from '../../support/fixture-project.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startWeir } from '../../support/weir-process.ts';

const T = Date.UTC(2026, 0, 31, 10, 46, 30);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let house: Awaited<ReturnType<typeof lakehouse>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  house = await lakehouse(folder.path);
  await house.produce('shop.product_views', T, [{ productId: 'a', viewCount: 1, lastViewed: '2026-01-31 10:45:00' }]);
  await house.settle();
  await house.refresh();
  await house.close();
});
afterAll(async () => {
  await house.close();
  await folder.remove();
});

const counted = async (sql: string) => {
  const { rows } = await query(localLake(dataFolder(folder.path), contracts), sql);
  return async () => {
    let count = 0;
    for await (const chunk of rows) count += chunk.length;
    return count;
  };
};

/** Within this process the file's lock keeps nobody out. */
const refreshedByAnother = () => startWeir(['transform', '--data-dir', folder.path]).ended;

describe('a query of the models’ tables', { timeout: 30_000 }, () => {
  it('has released the warehouse before its rows are looked at', async () => {
    const looked = await counted('select * from prod.fact_views, range(10000)');
    expect(await refreshedByAnother()).toBe(0);
    expect(await looked()).toBe(10_000);
  });

  it('has released it after the last row of a result of any length', async () => {
    const looked = await counted('select * from prod.fact_views, range(100000)');
    expect(await looked()).toBe(100_000);
    expect(await refreshedByAnother()).toBe(0);
  });
});
