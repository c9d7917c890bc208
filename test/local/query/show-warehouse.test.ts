import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localLake } from '../../../lib/local/query/local-lake.ts';
import { query } from '../../../lib/local/query/query.ts';
import { contracts, fixture } from '../../support/fixture-project.ts';
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

it('a query shows the tables of every schema that a project’s models have', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder.path, 'sql/finance'), { recursive: true });
  const sql =
    '-- One row for each country.\n-- grain: country\n-- kept: rebuild\n-- columns:\n--   country string\n' +
    'select distinct country from lake.shop_purchases where country is not null';
  writeFileSync(join(folder.path, 'sql/finance/countries.sql'), sql);
  const house = await lakehouse(folder.path, {}, { ...fixture, modelsDir: join(folder.path, 'sql') });
  await house.produce('shop.purchases', Date.UTC(2026, 0, 31, 10, 46, 30), [
    { created_at: '2026-01-31 10:45:05', country: 'Germany', currency: 'EUR', amount: 100 },
  ]);
  await house.settle();
  expect((await house.refresh()).failures).toEqual([]);
  await house.close();
  const lake = localLake(dataFolder(folder.path), contracts);
  for (const [statement, expected] of [
    ['select c.country from finance.countries as c', [['Germany']]],
    ["select distinct table_name from information_schema.tables where table_schema = 'finance'", [['countries']]],
  ] as const) {
    const rows = [];
    for await (const chunk of (await query(lake, statement)).rows) rows.push(...chunk);
    expect(rows, statement).toEqual(expected);
  }
  await folder.remove();
});
