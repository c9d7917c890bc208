import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTables } from '../../lib/adapters/duckdb/lake-views.ts';
import { duckdbWarehouse } from '../../lib/adapters/duckdb/warehouse.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { lakeTable } from '../../lib/derive/names.ts';
import { query } from '../../lib/local/query/query.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { laptopSink, mskEvent } from '../support/laptop-sink.ts';

const hour = { dt: '2026-01-31', hour: 13 };
const key = 'shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00001-000000.parquet';

const damages: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ['cut', (path) => truncate(path, 100)],
  ['empty', (path) => truncate(path, 0)],
  ['none of Parquet', (path) => writeFile(path, 'not Parquet at all')],
  [
    'damaged in the middle',
    async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0xff, 4, 400));
    },
  ],
];

describe.each(damages)('an object of the lake that is %s', (_, damage) => {
  let sink: Awaited<ReturnType<typeof laptopSink>>;
  beforeEach(async () => {
    sink = await laptopSink();
    const value = '{"created_at":"2026-01-31T12:59:00Z","country":"Italy","currency":"EUR","amount":7}';
    const batch = Array.from({ length: 50 }, () => ({ value }));
    for (const kafkaPartition of [0, 1]) await sink.newHandler()(mskEvent('shop.purchases', batch, kafkaPartition));
    await damage(join(sink.folder, 'lake', key));
  });
  afterEach(() => sink.remove());

  it('is named by a query, with what to do', async () => {
    const lake = {
      dir: join(sink.folder, 'lake'),
      catalog: sink.catalog,
      store: sink.store,
      tables: lakeTables([shopPurchases]),
    };
    const asked = query({ ...lake, warehouseFile: join(sink.folder, 'none') }, 'select * from lake.shop_purchases');
    await expect(asked).rejects.toThrow(`${key}: the object is damaged or gone; put it back from a copy`);
  });

  it('is named by a run of the models', async () => {
    const warehouse = duckdbWarehouse({
      file: join(sink.folder, 'warehouse.duckdb'),
      lakeTables: lakeTables([shopPurchases]),
      catalog: sink.catalog,
      store: sink.store,
      lakeDir: join(sink.folder, 'lake'),
      clock: systemClock,
      memoryMegabytes: 128,
    });
    const statement = { name: 'm: rows', sql: 'create table m as select * from lake.shop_purchases', parameters: {} };
    const reads = [{ table: lakeTable(shopPurchases), hour }];
    const run = warehouse.run({ name: 'm', statements: [statement], reads });
    await expect(run).rejects.toThrow(`${key}: the object is damaged or gone`);
    await warehouse.close();
  });
});
