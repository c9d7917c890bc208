import { expect, it } from 'vitest';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localLake } from '../../../lib/local/query/local-lake.ts';
import { query } from '../../../lib/local/query/query.ts';
import { contracts } from '../../support/fixture-project.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

it('a query shows the columns of a model’s header, and not the hash that DuckDB finds its rows by', async () => {
  const folder = await temporaryFolder();
  const house = await lakehouse(folder.path);
  await house.produce('shop.purchases', Date.UTC(2026, 0, 31, 10, 46, 30), [
    { created_at: '2026-01-31 10:45:05', country: 'Germany', currency: 'EUR', amount: 100 },
  ]);
  await house.settle();
  await house.refresh();
  await house.close();
  const found = await query(localLake(dataFolder(folder.path), contracts), 'select * from analytics.purchase_summary');
  expect(found.columns.map(({ name }) => name)).toEqual([
    'window_start',
    'country',
    'window_end',
    'amount',
    'purchases',
  ]);
  for await (const rows of found.rows) expect(rows).toHaveLength(1);
  await folder.remove();
});
