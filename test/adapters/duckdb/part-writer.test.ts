import { existsSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbPartWriter } from '../../../lib/adapters/duckdb/part-writer.ts';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { compactHour } from '../../../lib/pipeline/compact/compact-hour.ts';
import { notDue } from '../../../lib/pipeline/compact/due.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import { partWriterSuite } from '../../conformance/part-writer.suite.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { HOUR_MS, laptopCompactor } from '../../support/compactor.ts';
import { ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testClock } from '../../support/test-clock.ts';

const hour = { dt: '2026-01-31', hour: 13 };
const purchases = lakeTable(shopPurchases);
const g = (generation: number) => `shop_purchases/dt=2026-01-31/hour=13/g=${generation}/`;

describe('parts by DuckDB, in a folder', () => {
  partWriterSuite(async () => {
    const folder = await temporaryFolder();
    const store = directoryObjectStore(join(folder.path, 'lake'));
    const dir = join(folder.path, 'parts');
    return {
      store,
      parts: duckdbPartWriter({ store, dir, memoryMegabytes: 128 }),
      isClean: async () => !existsSync(dir),
      close: folder.remove,
    };
  });
});

describe('an hour of the lake', () => {
  let lake: Awaited<ReturnType<typeof laptopCompactor>>;
  let sink: typeof lake.sink;
  let clock: typeof lake.clock;
  beforeEach(async () => {
    lake = await laptopCompactor();
    ({ sink, clock } = lake);
  });
  afterEach(() => sink.remove());

  const take = (from: number, count: number) => lake.take(from, count);
  const compact = async (contracts = [shopPurchases], ports = lake.ports) => {
    const outcomes = [];
    for (const table of tablesToCompact(contracts)) {
      outcomes.push(await compactHour(ports, table, hour, { notDue, keepMs: 24 * HOUR_MS }));
    }
    return outcomes;
  };

  it('has the same rows and dead letters in one object each, continues behind it, and loses its old generation after a day', async () => {
    for (const from of [0, 4, 8]) await take(from, 4);
    const before = [await sink.rows(purchases), await sink.rows(DEAD_LETTERS)];
    expect(await compact()).toEqual([
      { objectsBefore: 3, objectsAfter: 1, notDue: null, deleted: 0 },
      { objectsBefore: 3, objectsAfter: 1, notDue: null, deleted: 0 },
    ]);
    expect([await sink.rows(purchases), await sink.rows(DEAD_LETTERS)]).toEqual(before);
    expect((await sink.catalog.partition(purchases, hour))?.location).toBe(g(1));

    expect(await take(8, 5)).toMatchObject({ rows: 1, deadLetters: 0 });
    expect(await sink.rows(purchases)).toHaveLength(10);
    expect(await compact()).toMatchObject([{ objectsBefore: 2, objectsAfter: 2 }, {}]);
    await clock.advance(25 * HOUR_MS);
    expect(await compact()).toMatchObject([{ objectsBefore: 2, objectsAfter: 1, deleted: 0 }, { deleted: 4 }]);
    expect(await sink.rows(purchases)).toHaveLength(10);
    await clock.advance(25 * HOUR_MS);
    await compact();
    expect([await sink.store.list(g(0)), await sink.store.list(g(1))]).toEqual([[], []]);
    expect(await sink.rows(purchases)).toHaveLength(10);
    expect(await take(0, 13)).toMatchObject({ rows: 0, deadLetters: 0 });
  });

  it('is compacted with zstd, in the columns, types and field ids that it had, those of columns that are no more included', async () => {
    for (const from of [0, 4]) await take(from, 4);
    const { amount: _, ...fields } = shopPurchases.fields;
    const schema = (generation: number) =>
      sink.query(
        'select distinct name, type, converted_type, logical_type, field_id from ' +
          `parquet_schema('${sink.folder}/lake/${g(generation)}*.parquet') where num_children is null order by field_id`,
      );
    const before = await schema(0);
    expect(before.map(({ name }) => name)).toContain('amount');
    await compact([{ ...shopPurchases, fields, metrics: {} } as unknown as typeof shopPurchases]);
    expect(await schema(1)).toEqual(before);
    const codecs = await sink.query(
      `select distinct compression from parquet_metadata('${sink.folder}/lake/${g(1)}compact.parquet')`,
    );
    expect(codecs).toEqual([{ compression: 'ZSTD' }]);
  });

  it('is left as it is when an object is cut, which is named, and when the hour is not over', async () => {
    for (const from of [0, 4]) await take(from, 4);
    const cut = `${g(0)}shop_purchases-i0-p00000-000000.parquet`;
    const ports = { ...lake.ports, clock: testClock(ONE_O_CLOCK + HOUR_MS) };
    expect(await compact([shopPurchases], ports)).toMatchObject([{ notDue: 'open' }, { notDue: 'open' }]);
    await truncate(join(sink.folder, 'lake', cut), 50);
    await expect(compact()).rejects.toThrow(cut);
    expect(await sink.store.list(g(1))).toEqual([]);
  });
});
