import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTable } from '../../../lib/derive/names.ts';
import { lakeVersion } from '../../../lib/pipeline/transform/lake-version.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { HOUR_MS, laptopCompactor } from '../../support/compactor.ts';

const hour = { dt: '2026-01-31', hour: 13 };
const purchases = lakeTable(shopPurchases);
const span = { from: hour, to: hour };

describe('the version of an hour', () => {
  let lake: Awaited<ReturnType<typeof laptopCompactor>>;
  beforeEach(async () => {
    lake = await laptopCompactor();
    await lake.take(0, 4);
    await lake.take(4, 4);
  });
  afterEach(() => lake.sink.remove());
  const version = async (table = purchases) => {
    const partition = await lake.sink.catalog.partition(table, hour);
    if (partition === undefined) throw new Error('expected the hour in the catalogue');
    return lakeVersion(lake.ports.store, partition);
  };

  it('says what each chain has taken in', async () => {
    await lake.take(3, 2, { kafkaPartition: 1 });
    expect(await version()).toBe('shop_purchases-i0-p00000 0-7; shop_purchases-i0-p00001 3-4');
  });

  it('is another one with every record that comes, and the same after a redelivery', async () => {
    const before = await version();
    await lake.take(0, 8);
    expect(await version()).toBe(before);
    await lake.take(8, 1);
    expect(await version()).toBe('shop_purchases-i0-p00000 0-8');
  });

  it('is the same after a compaction, of chains that have no record in the hour too, and after a second one', async () => {
    await lake.take(0, 4, { kafkaPartition: 1, timestampMs: Date.UTC(2026, 0, 31, 12) });
    const before = await version();
    await lake.compact({ span });
    expect((await lake.sink.catalog.partition(purchases, hour))?.generation).toBe(1);
    expect(await version()).toBe(before);

    await lake.take(8, 4);
    const late = await version();
    expect(late).toBe('shop_purchases-i0-p00000 0-11');
    await lake.clock.advance(2 * HOUR_MS);
    await lake.compact({ span });
    expect((await lake.sink.catalog.partition(purchases, hour))?.generation).toBe(2);
    expect(await version()).toBe(late);
  });

  it('has nothing of a late record before readers see it', async () => {
    const before = await version();
    const parts = { ...lake.ports.parts, write: () => Promise.reject(new Error('killed before the compact object')) };
    await lake.compact({ span, ports: { parts } });
    await lake.take(8, 1);
    expect(await version()).toBe(before);
    await lake.compact({ span });
    expect(await version()).toBe('shop_purchases-i0-p00000 0-8');
  });

  it('names an object that cannot be read, so that the models run, and fail on it', async () => {
    const key = 'shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00000-000001.parquet';
    await truncate(join(lake.sink.folder, 'lake', key), 50);
    expect(await version()).toBe(`shop_purchases-i0-p00000 damaged: ${key}`);
  });
});
