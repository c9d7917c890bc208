import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { amender, type LettersOfHour } from '../../../lib/pipeline/replay/amender.ts';
import { lakeVersion } from '../../../lib/pipeline/transform/lake-version.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { HOUR_MS, laptopCompactor } from '../../support/compactor.ts';
import { ONE_O_CLOCK } from '../../support/laptop-sink.ts';

const hour = { dt: '2026-01-31', hour: 13 };
const purchases = lakeTable(shopPurchases);

let lake: Awaited<ReturnType<typeof laptopCompactor>>;
beforeEach(async () => {
  lake = await laptopCompactor();
});
afterEach(() => lake.sink.remove());

const event = (amount: unknown) =>
  JSON.stringify({ created_at: '2025-01-31T12:59:00Z', country: 'Italy', currency: 'EUR', amount });
const letters = (given: Readonly<Record<number, string>>, contract: typeof shopPurchases | null = shopPurchases) => {
  const records = Object.entries(given).map(([offset, value]) => ({
    offset: Number(offset),
    timestamp: ONE_O_CLOCK,
    timestampType: 'LOG_APPEND_TIME' as const,
    value: Buffer.from(value).toString('base64'),
  }));
  const stream = { topic: 'shop.purchases', contract, incarnation: 0 };
  return { stream, kafkaPartition: 0, hour, records } satisfies LettersOfHour;
};
const ports = () => ({ ...lake.ports, catalog: lake.sink.catalog });
const amend = (given: LettersOfHour) => amender(ports())(given);
const positions = async () =>
  (await lake.sink.rows(purchases)).map(({ kafka_offset }) => Number(kafka_offset)).sort((left, right) => left - right);

describe('dead letters that are replayed', () => {
  it('become rows at the positions and Kafka timestamps of the originals, once, and stay as letters', async () => {
    await lake.take(0, 8);
    const before = await lake.sink.rows(purchases);
    const fixes = letters({ 3: event(300), 7: event(700) });
    expect(await amend(fixes)).toEqual({
      amended: [
        [3, 3],
        [7, 7],
      ],
      refused: new Map(),
      notRejected: [],
      objects: 1,
    });
    expect(await positions()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const rows = await lake.sink.rows(purchases);
    const made = rows.find(({ kafka_offset }) => Number(kafka_offset) === 7);
    expect(made).toMatchObject({ amount: 700, ingested_at: before[0]?.ingested_at });
    expect(await lake.sink.rows(DEAD_LETTERS)).toHaveLength(2);
    expect(await amend(letters({ 3: event(1), 7: event(2) }))).toMatchObject({ amended: [], objects: 0 });
    expect(await lake.sink.rows(purchases)).toEqual(rows);
  });

  it('that today’s contract refuses stay letters, with the reason; others of the same replay are rows', async () => {
    await lake.take(0, 8);
    const outcome = await amend(letters({ 3: event(-1), 7: event(700) }));
    expect(outcome.amended).toEqual([[7, 7]]);
    expect([...outcome.refused]).toMatchObject([[3, { reason: 'rule', path: 'amount' }]]);
    expect(await positions()).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(await amend(letters({ 3: 'still no JSON' }))).toMatchObject({ amended: [], objects: 0 });
    expect((await amend(letters({ 3: event(300) }))).amended).toEqual([[3, 3]]);
  });

  it('that were never rejected are named, and make no row', async () => {
    await lake.take(0, 4);
    const outcome = await amend(letters({ 1: event(9), 99: event(9) }));
    expect(outcome).toMatchObject({
      amended: [],
      notRejected: [
        [1, 1],
        [99, 99],
      ],
      objects: 0,
    });
    expect(await positions()).toEqual([0, 1, 2]);
  });

  it('of an hour that has no record leave it out of the catalogue', async () => {
    expect(await amend(letters({ 3: event(300) }))).toMatchObject({ amended: [], notRejected: [[3, 3]], objects: 0 });
    expect(await lake.sink.catalog.partitions(purchases)).toEqual([]);
  });

  it('are not made again after their hour was compacted, nor by a redelivery; one that was left can still be', async () => {
    await lake.take(0, 8);
    await amend(letters({ 3: event(300) }));
    await lake.take(8, 4);
    expect(await lake.compact()).toMatchObject({ hours: 2, failures: [] });
    const compacted = await lake.sink.rows(purchases);
    expect(await positions()).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10]);
    await lake.take(0, 12);
    expect(await amend(letters({ 3: event(1) }))).toMatchObject({ amended: [], objects: 0 });
    expect(await lake.sink.rows(purchases)).toEqual(compacted);
    expect((await amend(letters({ 11: event(11) }))).amended).toEqual([[11, 11]]);
    expect(await positions()).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11]);
  });

  it('make another version of the hour for the models, which a compaction keeps', async () => {
    await lake.take(0, 8);
    const version = async () => {
      const partition = await lake.sink.catalog.partition(purchases, hour);
      if (partition === undefined) throw new Error('expected the hour in the catalogue');
      return lakeVersion(lake.sink.store, partition);
    };
    const before = await version();
    await amend(letters({ 3: event(300) }));
    const amended = await version();
    expect(amended).not.toBe(before);
    await lake.take(8, 4);
    const later = await version();
    expect((await lake.compact()).failures).toEqual([]);
    expect((await lake.sink.catalog.partition(purchases, hour))?.generation).toBe(1);
    expect(await version()).toBe(later);
  });

  it('of an old hour are noted as a change of it before anything is written', async () => {
    await lake.take(0, 4);
    await lake.clock.advance(48 * HOUR_MS);
    const keys: string[] = [];
    const { store } = lake.ports;
    const putIfAbsent: typeof store.putIfAbsent = (key, ...rest) => {
      keys.push(key);
      return store.putIfAbsent(key, ...rest);
    };
    await amender({ ...ports(), store: { ...store, putIfAbsent } })(letters({ 3: event(300) }));
    expect(keys[0]).toMatch(/^changed\/2026-02-02\/2026-01-31T13$/);
    expect(keys.at(-1)).toBe('shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00000-000001.parquet');
  });

  it('of a topic without contract, or of a refined stream, are refused before anything is written', async () => {
    await expect(amend(letters({ 3: event(1) }, null))).rejects.toThrow(
      /shop\.purchases: expected a topic that a contract/,
    );
    const refined = { ...shopPurchases, refinedFrom: 'shop.feedback' };
    await expect(amend(letters({ 3: event(1) }, refined))).rejects.toThrow(/replay the dead letters of that one/);
    expect(await lake.sink.store.list('')).toEqual([]);
  });
});
