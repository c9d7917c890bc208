import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import type { ObjectStore } from '../../../lib/pipeline/ports.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { HOUR_MS, laptopCompactor } from '../../support/compactor.ts';
import { crashAtEveryEffect } from '../../support/every-effect.ts';
import { ONE_O_CLOCK } from '../../support/laptop-sink.ts';

const DAY_MS = 24 * HOUR_MS;
const purchases = lakeTable(shopPurchases);
const one = { dt: '2026-01-31', hour: 13 };
const slot = (number: number) =>
  `shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00000-00000${number}.parquet`;
const alone = [{ ...shopPurchases, alsoKnownAs: [] }];

function promise() {
  let resolve = () => {};
  const done = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { done, resolve: () => resolve() };
}

let lake: Awaited<ReturnType<typeof laptopCompactor>>;
beforeEach(async () => {
  lake = await laptopCompactor();
});
afterEach(() => lake.sink.remove());

const path = (key: string) => join(lake.sink.folder, 'lake', key);
const twoObjects = async (timestampMs = ONE_O_CLOCK) => {
  await lake.take(0, 4, { timestampMs });
  await lake.take(4, 4, { timestampMs });
};
const objects = async () => (await lake.sink.store.list('shop_purchases/')).filter((key) => key.endsWith('.parquet'));

describe('a run over what is due', () => {
  it('compacts all tables, is done with them, and deletes the old generations a day later', async () => {
    await twoObjects();
    expect(await lake.compact()).toMatchObject({
      hours: 2,
      objectsBefore: 4,
      objectsAfter: 2,
      deleted: 0,
      failures: [],
    });
    const again = await lake.compact();
    expect(again).toMatchObject({ hours: 0, deleted: 0 });
    await lake.clock.advance(DAY_MS);
    expect(await lake.compact()).toMatchObject({ hours: 0, deleted: 6, failures: [] });
    expect(await lake.sink.rows(purchases)).toHaveLength(6);
    expect(await lake.sink.rows(DEAD_LETTERS)).toHaveLength(2);
  });

  it('deletes nothing where old generations are to be kept', async () => {
    await twoObjects();
    await lake.compact();
    await lake.clock.advance(2 * DAY_MS);
    expect(await lake.compact({ keepsOld: true })).toMatchObject({ deleted: 0 });
    expect(await lake.compact()).toMatchObject({ deleted: 6 });
  });

  it('leaves an open hour without reading an object of it', async () => {
    await twoObjects(ONE_O_CLOCK + 2 * HOUR_MS);
    const readTail: ObjectStore['readTail'] = () => Promise.reject(new Error('read'));
    const store = { ...lake.ports.store, readTail };
    const counts = await lake.compact({ ports: { store } });
    expect([...counts.left]).toEqual([['open', 2]]);
    expect(counts.failures).toEqual([]);
  });

  it('reports the hours that it could not compact, and compacts the others', async () => {
    await twoObjects();
    await lake.take(8, 4, { timestampMs: ONE_O_CLOCK - HOUR_MS, kafkaPartition: 1 });
    await lake.take(12, 4, { timestampMs: ONE_O_CLOCK - HOUR_MS, kafkaPartition: 1 });
    await truncate(path(slot(0)), 50);
    const counts = await lake.compact({ contracts: alone });
    expect(counts).toMatchObject({ hours: 3, failures: [{ table: 'lake.shop_purchases', hour: one }] });
    expect(counts.failures[0]?.message).toContain(slot(0));
    await lake.clock.advance(8 * HOUR_MS);
    expect(await lake.compact({ contracts: alone })).toMatchObject({ failures: [{ hour: one }] });
  });

  it('ends after ten failures in a row, when it is not the hours, and then looks at all of them again', async () => {
    for (let hour = 1; hour < 12; hour++) await twoObjects(ONE_O_CLOCK - hour * HOUR_MS);
    const listFolders = lake.ports.store.listFolders;
    const store = {
      ...lake.ports.store,
      listFolders: (prefix: string) =>
        prefix.includes('/hour=') ? Promise.reject(new Error('no answer')) : listFolders(prefix),
    };
    const counts = await lake.compact({ ports: { store } });
    expect(counts.failures.map(({ message }) => message)).toEqual(Array(10).fill('no answer'));
    await lake.clock.advance(30 * DAY_MS);
    expect(await lake.compact()).toMatchObject({ hours: 22, failures: [] });
  });

  it('ends before the next hour when it is interrupted, and is not taken for a whole look', async () => {
    await twoObjects();
    const stopping = new AbortController();
    const counts = await lake.compact({ signal: stopping.signal, onProgress: () => stopping.abort() });
    expect(counts).toMatchObject({ hours: 1 });
    await lake.clock.advance(30 * DAY_MS);
    expect(await lake.compact()).toMatchObject({ hours: 1 });
  });
});

describe('a run over a span of hours', () => {
  it('takes those hours, whenever they were, and says why it leaves one', async () => {
    await twoObjects();
    await twoObjects(ONE_O_CLOCK - 90 * DAY_MS);
    await lake.take(8, 4, { timestampMs: ONE_O_CLOCK - 89 * DAY_MS });
    const from = { dt: '2025-11-02', hour: 0 };
    const counts = await lake.compact({ span: { from, to: { dt: '2025-12-31', hour: 0 } } });
    expect(counts).toMatchObject({ hours: 2, failures: [] });
    expect([...counts.left]).toEqual([['few_objects', 2]]);
    expect(await lake.compact({ span: { from, to: one } })).toMatchObject({ hours: 2 });
  });
});

describe('an hour is not begun, and all of it is seen,', () => {
  const refused = async () => {
    const before = await objects();
    const { failures } = await lake.compact({ contracts: alone });
    expect(await objects()).toEqual(before);
    return failures.map(({ message }) => message).join('\n');
  };

  it('when an object in the midst of a chain is missing, which is named', async () => {
    await twoObjects();
    await lake.take(8, 4);
    await rm(path(slot(1)));
    expect(await refused()).toMatch(`${slot(1)}: the object is gone, but those behind it are there`);
    expect(await lake.sink.rows(purchases)).toHaveLength(6);
  });

  it('when the contract of the rows is newer than the program', async () => {
    await twoObjects();
    const older = tablesToCompact(alone).map((table) => ({ ...table, contractVersion: table.contractVersion && 0 }));
    const { failures } = await lake.compact({ tables: older });
    expect(failures[0]?.message).toMatch(/rows of version 1 of its contract are there, this program knows version 0/);
  });
});

describe('a catalogue that was moved by hand', () => {
  it('to a place that no compaction has made is reported with what to do, before anything is written', async () => {
    await twoObjects();
    await lake.compact({ contracts: alone });
    const marker = join(lake.sink.folder, 'catalog/lake/shop_purchases/dt=2026-01-31/hour=13/g=7');
    await writeFile(marker, '{"location":"shop_purchases/dt=2026-01-31/hour=13/g=7/"}');
    const { failures } = await lake.compact({ contracts: alone, span: { from: one, to: one } });
    expect(failures.map(({ message }) => message)).toEqual([
      'lake.shop_purchases 2026-01-31T13: the catalogue shows readers shop_purchases/dt=2026-01-31/hour=13/g=7/, where no compaction ' +
        'has sent them; set it to shop_purchases/dt=2026-01-31/hour=13/g=1/, or delete the entry, and run weir compact again',
    ]);
    await rm(marker);
    expect(await lake.compact({ contracts: alone, span: { from: one, to: one } })).toMatchObject({ failures: [] });
  });

  it('back to the old generation is moved forward again, and the day until its deletion restarts', async () => {
    await twoObjects();
    await lake.compact({ contracts: alone });
    await lake.clock.advance(DAY_MS);
    await rm(join(lake.sink.folder, 'catalog/lake/shop_purchases/dt=2026-01-31/hour=13/g=1'));
    const span = { from: one, to: one };
    expect(await lake.compact({ contracts: alone, tables: tablesToCompact(alone).slice(0, 1), span })).toMatchObject({
      deleted: 0,
      failures: [],
    });
    expect((await lake.sink.catalog.partition(purchases, one))?.generation).toBe(1);
    await lake.clock.advance(DAY_MS);
    expect(await lake.compact({ span })).toMatchObject({ deleted: 6 });
  });
});

it('a sink that was frozen until the old generation was deleted looks again, and readers see its rows once', async () => {
  await twoObjects();
  const [freezing, frozen] = [promise(), promise()];
  const { putIfAbsent } = lake.ports.store;
  const store: ObjectStore = {
    ...lake.ports.store,
    putIfAbsent: async (key, body, metadata) => {
      if (key === slot(2)) {
        freezing.resolve();
        await frozen.done;
      }
      return putIfAbsent(key, body, metadata);
    },
  };
  const taking = lake.take(8, 3, { by: lake.sink.newHandler({ clock: lake.clock, store }) });
  await freezing.done;
  await lake.compact();
  await lake.clock.advance(DAY_MS);
  expect(await lake.compact()).toMatchObject({ deleted: 6 });
  frozen.resolve();
  expect(await taking).toMatchObject({ rows: 3 });
  expect(await lake.sink.rows(purchases)).toHaveLength(9);
  expect(await lake.take(8, 3)).toMatchObject({ rows: 0 });
  expect(await lake.sink.rows(purchases)).toHaveLength(9);
});

it('killed at any of its effects, a compaction is finished by the next run, and readers see the same rows all the while', async () => {
  await twoObjects();
  const before = [await lake.sink.rows(purchases), await lake.sink.rows(DEAD_LETTERS)];
  const kept = lake;
  const crashes = await crashAtEveryEffect(async ({ dying }) => {
    lake = await laptopCompactor();
    await twoObjects();
    const { store, catalog, parts } = lake.ports;
    const ports = {
      store: {
        ...store,
        putIfAbsent: (...put: Parameters<ObjectStore['putIfAbsent']>) => dying(() => store.putIfAbsent(...put)),
      },
      catalog: {
        ...catalog,
        register: (...moved: Parameters<typeof catalog.register>) => dying(() => catalog.register(...moved)),
      },
      parts: { ...parts, write: (part: Parameters<typeof parts.write>[0]) => dying(() => parts.write(part)) },
    };
    const rows = async () => [await lake.sink.rows(purchases), await lake.sink.rows(DEAD_LETTERS)];
    await lake.compact({ ports }).catch(() => undefined);
    expect(await rows()).toEqual(before);
    await lake.compact({ span: { from: one, to: one } });
    expect(await rows()).toEqual(before);
    for (const table of [purchases, DEAD_LETTERS]) {
      expect((await lake.sink.catalog.partition(table, one))?.generation).toBe(1);
    }
    await lake.sink.remove();
  });
  lake = kept;
  expect(crashes).toBeGreaterThan(20);
});
