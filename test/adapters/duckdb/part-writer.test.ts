import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbPartWriter } from '../../../lib/adapters/duckdb/part-writer.ts';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { type CompactPorts, compactHour } from '../../../lib/pipeline/compact/compact-hour.ts';
import { isDue } from '../../../lib/pipeline/compact/due.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { laptopSink, mskEvent, ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { testClock } from '../../support/test-clock.ts';

const HOUR_MS = 3_600_000;
const hour = { dt: '2026-01-31', hour: 13 };
const purchases = lakeTable(shopPurchases);
const g = (generation: number) => `shop_purchases/dt=2026-01-31/hour=13/g=${generation}/`;

describe('an hour of the lake', () => {
  let sink: Awaited<ReturnType<typeof laptopSink>>;
  let ports: CompactPorts;
  let clock: ReturnType<typeof testClock>;
  beforeEach(async () => {
    sink = await laptopSink();
    clock = testClock(ONE_O_CLOCK + 2 * HOUR_MS);
    const store = directoryObjectStore(join(sink.folder, 'lake'));
    const parts = duckdbPartWriter({ store, dir: join(sink.folder, 'parts'), memoryMegabytes: 128 });
    ports = { ...sink.ports, store, parts, clock };
  });
  afterEach(() => sink.remove());

  const take = (from: number, count: number) => {
    const value = (index: number) =>
      index % 4 === 3
        ? 'x'
        : `{"created_at":"2026-01-31T12:59:00Z","country":"Italy","currency":"EUR","amount":${index + 1},"note":"é"}`;
    const batch = Array.from({ length: count }, (_, index) => ({ value: value(from + index), offset: from + index }));
    return sink.newHandler()(mskEvent('shop.purchases', batch));
  };
  const compact = async () => {
    const outcomes = [];
    for (const table of tablesToCompact([shopPurchases])) {
      outcomes.push(await compactHour(ports, table, hour, { isDue, keepMs: 24 * HOUR_MS }));
    }
    return outcomes;
  };

  it('has the same rows and dead letters in one object each, goes on behind it, and loses its old generation after a day', async () => {
    for (const from of [0, 4, 8]) await take(from, 4);
    const before = [await sink.rows(purchases), await sink.rows(DEAD_LETTERS)];
    expect(await compact()).toEqual([
      { objectsBefore: 3, objectsAfter: 1, deleted: 0 },
      { objectsBefore: 3, objectsAfter: 1, deleted: 0 },
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

  it('is compacted with zstd, in the columns and types that it had', async () => {
    for (const from of [0, 4]) await take(from, 4);
    const schema = (generation: number) =>
      sink.query(`describe select * from read_parquet('${sink.folder}/lake/${g(generation)}*.parquet')`);
    const before = await schema(0);
    await compact();
    expect(await schema(1)).toEqual(before);
    const codecs = await sink.query(
      `select distinct compression from parquet_metadata('${sink.folder}/lake/${g(1)}compact.parquet')`,
    );
    expect(codecs).toEqual([{ compression: 'ZSTD' }]);
  });

  it('is left as it is when an object is cut, which is named, and when the hour is not over', async () => {
    for (const from of [0, 4]) await take(from, 4);
    const cut = `${g(0)}shop_purchases-i0-p00000-000000.parquet`;
    clock = testClock(ONE_O_CLOCK + HOUR_MS);
    ports = { ...ports, clock };
    expect(await compact()).toMatchObject([{ objectsAfter: 2 }, { objectsAfter: 2 }]);
    await clock.advance(HOUR_MS);
    await truncate(join(sink.folder, 'lake', cut), 50);
    await expect(compact()).rejects.toThrow(cut);
    expect(await sink.store.list(g(1))).toEqual([]);
  });
});
