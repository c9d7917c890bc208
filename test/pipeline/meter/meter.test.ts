import { describe, expect, it } from 'vitest';
import { metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import { MetricGapError } from '../../../lib/pipeline/meter/count-batch.ts';
import { meter } from '../../../lib/pipeline/meter/meter.ts';
import { UnknownMetricError } from '../../../lib/pipeline/meter/shard-metrics.ts';
import { parseShardState } from '../../../lib/pipeline/meter/shard-state.ts';
import type { MetricStore } from '../../../lib/pipeline/metric-store.ts';
import { RecreatedTopicError } from '../../../lib/pipeline/recreated-topic.ts';
import { searchProcessed } from '../../fixtures/lake/streams/search.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { batchOf, type MeteredRecord } from '../../support/metered.ts';

const HOURS_48 = 48 * 3600;
const NOW_MS = Date.UTC(2026, 0, 31, 11);
const definitionsOf = (stream: string) =>
  metricDefinitions(stream === shopPurchases.name ? shopPurchases : searchProcessed);
const shard = { stream: shopPurchases.name, incarnation: 0, kafkaPartition: 0 };

const start = (store: MetricStore, windowRetentionSeconds = HOURS_48) =>
  meter({ store, definitionsOf, windowRetentionSeconds });

const purchase = (country: string, amount: number, at: string, currency = 'EUR'): MeteredRecord => ({
  value: JSON.stringify({ created_at: at, country, currency, amount }),
  timestampMs: NOW_MS,
});

/** Entry name to values. */
async function figures(store: MetricStore, name: string, of = shard): Promise<Record<string, string>> {
  const definition = [...definitionsOf(shopPurchases.name), ...definitionsOf(searchProcessed.name)].find(
    (one) => one.name === name,
  );
  const { entries } = await store.entries(of, definition?.id ?? '', { limit: 1000 });
  return Object.fromEntries(entries.map((entry) => [entry.name, entry.values.join(' ')]));
}

const at = (time: string) => String(Date.parse(`2026-01-31T${time}Z`) / 1000).padStart(12, '0');

describe('purchases', () => {
  const records = [
    purchase('Germany', 100, '2026-01-31 10:45:05'),
    purchase('Germany', 250, '2026-01-31 10:45:59'),
    purchase('Germany', 40, '2026-01-31 10:46:00'),
    purchase('Italy', 70, '2026-01-31 10:45:30', 'PLN'),
  ];
  const windows = {
    [`${at('10:45:00')}|["Germany"]`]: '2 350',
    [`${at('10:45:00')}|["Italy"]`]: '1 70',
    [`${at('10:46:00')}|["Germany"]`]: '1 40',
  };

  it('are counted, and summed by country and currency in windows of a minute', async () => {
    const store = memoryMetricStore();
    expect(await start(store)(batchOf(shopPurchases, records))).toEqual({ records: 4, events: 4, steps: 1 });
    expect(await figures(store, 'purchases')).toEqual({ '[]': '4' });
    expect(await figures(store, 'purchase_windows')).toEqual(windows);
    expect(await figures(store, 'purchase_windows_by_currency')).toMatchObject({
      [`${at('10:45:00')}|["Italy","PLN"]`]: '1 70',
    });
  });

  it('change nothing when they are delivered again, in other cuts, to another process', async () => {
    const store = memoryMetricStore();
    await start(store)(batchOf(shopPurchases, records));
    const other = start(store);
    for (const [from, to] of [
      [2, 4],
      [0, 1],
      [1, 3],
    ])
      expect(await other(batchOf(shopPurchases, records, { from, to }))).toEqual({ records: 0, events: 0, steps: 0 });
    expect(await figures(store, 'purchase_windows')).toEqual(windows);
  });

  it('are counted once by two processes that remember different things', async () => {
    const store = memoryMetricStore();
    const [one, other] = [start(store), start(store)];
    await one(batchOf(shopPurchases, records, { to: 1 }));
    await other(batchOf(shopPurchases, records, { to: 3 }));
    await one(batchOf(shopPurchases, records, { from: 1 }));
    expect(await figures(store, 'purchase_windows')).toEqual(windows);
  });

  it('that the sink makes dead letters of are covered, and in no figure', async () => {
    const store = memoryMetricStore();
    const bad = [null, '', '{}', 'poison', JSON.stringify({ country: 'Italy' })].map((value) => ({
      value,
      timestampMs: NOW_MS,
    }));
    const counts = await start(store)(batchOf(shopPurchases, [...bad, ...records, purchase('Italy', 0, '2026-01-31')]));
    expect(counts).toEqual({ records: 10, events: 4, steps: 1 });
    expect(await figures(store, 'purchases')).toEqual({ '[]': '4' });
    expect(parseShardState((await store.read(shard)) ?? '').covered).toEqual([[0, 9]]);
  });
});

describe('late events', () => {
  const first = purchase('Italy', 1, '2026-01-29 10:00:30');
  const newest = purchase('Italy', 2, '2026-01-31 10:00:00');

  it('find their window as long as event time keeps it, and are counted as expired afterwards', async () => {
    const store = memoryMetricStore();
    const count = start(store);
    const records = [first, newest, first, purchase('Italy', 4, '2026-01-31 10:01:00'), first, first];
    await count(batchOf(shopPurchases, records, { to: 3 }));
    expect(await figures(store, 'purchase_windows')).toMatchObject({ [`${windowOf(first)}|["Italy"]`]: '2 2' });
    await count(batchOf(shopPurchases, records, { from: 3 }));
    expect(Object.values(await figures(store, 'purchase_windows'))).toEqual(['1 2', '1 4']);
    const { metrics } = parseShardState((await store.read(shard)) ?? '');
    expect(metrics.map(({ id, expired }) => [id.slice(0, id.lastIndexOf('-')), expired])).toEqual([
      ['purchases', 0],
      ['purchase_windows', 2],
      ['purchase_windows_by_currency', 2],
    ]);
    expect(await figures(store, 'purchases')).toEqual({ '[]': '6' });
  });

  it('do not bring back a window that went, when windows are kept longer later', async () => {
    const store = memoryMetricStore();
    const records = [first, newest, purchase('Italy', 4, '2026-01-31 10:01:00'), first];
    await start(store, 3600)(batchOf(shopPurchases, records, { to: 3 }));
    await start(store, HOURS_48)(batchOf(shopPurchases, records, { from: 3 }));
    expect(Object.values(await figures(store, 'purchase_windows'))).toEqual(['1 2', '1 4']);
  });
});

function windowOf({ value }: MeteredRecord): string {
  const created: string = JSON.parse(value ?? '').created_at;
  return String(Math.floor(Date.parse(`${created.replace(' ', 'T')}Z`) / 60_000) * 60).padStart(12, '0');
}

describe('a refined stream', () => {
  const search = (offset: number, user: string, price: number | null): MeteredRecord => ({
    value: JSON.stringify({
      user_id: user,
      hotel_id: 'h1',
      search_timestamp: NOW_MS / 1000,
      advertisers: ['A'],
      min_offer: price === null ? null : { price, advertiser: 'A' },
    }),
    timestampMs: NOW_MS,
    source: { incarnation: 0, offset, ordinal: 0, timestampMs: NOW_MS },
  });
  const of = { stream: searchProcessed.name, incarnation: 0, kafkaPartition: 0 };

  it('counts repetitions once, and a null group as a group', async () => {
    const store = memoryMetricStore();
    const records = [
      search(0, 'ü', 5),
      search(1, 'v', null),
      search(0, 'ü', 5),
      search(1, 'v', null),
      search(2, 'ü', 3),
    ];
    const count = start(store);
    await count(batchOf(searchProcessed, records, { to: 3 }));
    await start(store)(batchOf(searchProcessed, records, { from: 2 }));
    expect(await figures(store, 'users', of)).toEqual({ '["v"]': '1', '["ü"]': '2' });
    expect(await figures(store, 'winning_offers', of)).toEqual({ '["h1","A"]': '3', '["h1",null]': '' });
  });

  it('waits behind a gap, where a repetition could not be recognised', async () => {
    const store = memoryMetricStore();
    const records = Array.from({ length: 6 }, (_, offset) => search(offset, 'u', offset));
    const count = start(store);
    await expect(count(batchOf(searchProcessed, records, { from: 2 }))).rejects.toThrow(MetricGapError);
    await count(batchOf(searchProcessed, records, { to: 2 }));
    await expect(count(batchOf(searchProcessed, records, { from: 3 }))).rejects.toThrow('offsets 2 to 2');
    await count(batchOf(searchProcessed, records, { from: 1 }));
    expect(await figures(store, 'hotels', of)).toEqual({ '["h1"]': '6' });
  });
});

describe('a meter stops', () => {
  const records = [purchase('Italy', 1, '2026-01-31 10:00:00'), purchase('Italy', 2, '2026-01-31 10:00:00')];

  it('at a recreated topic and at another one, with the sink’s own error', async () => {
    const store = memoryMetricStore();
    await start(store)(batchOf(shopPurchases, records));
    const later = records.map((record) => ({ ...record, timestampMs: NOW_MS + 1 }));
    await expect(start(store)(batchOf(shopPurchases, later, { to: 1 }))).rejects.toThrow(RecreatedTopicError);
    const renamed = batchOf(shopPurchases, records, { topic: 'renamed' });
    await expect(start(store)(renamed)).rejects.toThrow(
      'expected the topic shop.purchases, whose records the lake has, found renamed. Nothing was counted',
    );
    const next = batchOf(shopPurchases, later, { incarnation: 1 });
    expect(await start(store)(next)).toMatchObject({ events: 2 });
  });

  it('where metrics are counted that it does not know, until its contract is newer', async () => {
    const store = memoryMetricStore();
    await start(store)(batchOf(shopPurchases, records, { to: 1 }));
    const fewer = (version: number) => ({
      ...shopPurchases,
      version,
      metrics: { purchases: shopPurchases.metrics.purchases },
    });
    const older = (version: number) => {
      const contract = fewer(version) as typeof shopPurchases;
      const count = meter({
        store,
        definitionsOf: () => metricDefinitions(contract),
        windowRetentionSeconds: HOURS_48,
      });
      return count(batchOf(contract, records, { from: 1 }));
    };
    await expect(older(1)).rejects.toThrow(UnknownMetricError);
    expect(await older(2)).toMatchObject({ events: 1 });
    expect(await figures(store, 'purchases')).toEqual({ '[]': '2' });
    expect(await figures(store, 'purchase_windows')).toEqual({});
    await expect(start(store)(batchOf(shopPurchases, [...records, ...records], { from: 2 }))).rejects.toThrow(
      'newer code',
    );
  });
});

it('a metric that is declared later counts what follows, and notes what it has missed', async () => {
  const store = memoryMetricStore();
  const records = [purchase('Italy', 1, '2026-01-31 10:00:00'), purchase('Italy', 2, '2026-01-31 10:00:00')];
  const [purchases] = definitionsOf(shopPurchases.name);
  const before = meter({
    store,
    definitionsOf: () => (purchases ? [purchases] : []),
    windowRetentionSeconds: HOURS_48,
  });
  await before(batchOf(shopPurchases, records, { to: 1 }));
  await start(store)(batchOf(shopPurchases, records, { from: 1 }));
  const { metrics } = parseShardState((await store.read(shard)) ?? '');
  expect(metrics.map(({ missing }) => missing)).toEqual([[], [[0, 0]], [[0, 0]]]);
  expect(Object.values(await figures(store, 'purchase_windows'))).toEqual(['1 2']);
});
