import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbMetricRows } from '../../../lib/adapters/duckdb/metric-rows.ts';
import {
  bigint,
  boolean,
  contract,
  decimal,
  double,
  integer,
  string,
  struct,
  timestamp,
} from '../../../lib/contracts/contract.ts';
import { metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import type { TableName } from '../../../lib/derive/names.ts';
import { fillGaps, forgetMetrics, forgetReplayed, type ShardToFill } from '../../../lib/pipeline/meter/fill-gaps.ts';
import { lakeCoverage } from '../../../lib/pipeline/meter/lake-coverage.ts';
import { meter } from '../../../lib/pipeline/meter/meter.ts';
import { parseShardState } from '../../../lib/pipeline/meter/shard-state.ts';
import type { MetricStore, Shard } from '../../../lib/pipeline/metric-store.ts';
import { amender } from '../../../lib/pipeline/replay/amender.ts';
import { sourceHeaders } from '../../../lib/pipeline/source-position.ts';
import { searchProcessed } from '../../fixtures/lake/streams/search.ts';
import { laptopSink, mskEvent, ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { batchOf, type MeteredRecord } from '../../support/metered.ts';
import { random } from '../../support/random.ts';
import { storedFigures } from '../../support/stored-figures.ts';

const nullable = { nullable: true } as const;
const sales = contract({
  name: 'test.sales',
  version: 1,
  description: 'Sales of every kind of figure.',
  owner: 'tests',
  key: null,
  eventTime: 'soldAt',
  identity: 'position',
  fields: {
    soldAt: timestamp('When.'),
    shopName: string('Where.', nullable),
    isGift: boolean('Whether it was one.', nullable),
    pieces: integer('How many.', nullable),
    code: bigint('A number.'),
    amount: decimal(20, 3, 'How much.', nullable),
    weight: double('How heavy.', nullable),
    item: struct(
      {
        price: decimal(10, 2, 'Price.', { wire: 'unit-price' }),
        brand: string('Brand.'),
        size: integer('Size.', nullable),
      },
      'What.',
      nullable,
    ),
  },
  metrics: {
    sale_count: { description: 'All.', by: [], count: true },
    by_shop: {
      description: 'By shop.',
      by: ['shopName', 'isGift'],
      count: true,
      sum: ['pieces', 'code', 'amount'],
      min: ['pieces', 'amount', 'weight', 'soldAt'],
      max: ['code', 'weight', 'soldAt'],
    },
    by_item: {
      description: 'By item.',
      by: ['item.brand', 'item.size'],
      count: true,
      sum: ['item.price', 'item.size'],
      min: ['item.price'],
    },
    windows: { description: 'By window.', by: ['shopName'], count: true, sum: ['amount'], window: { seconds: 600 } },
  },
});
const definitions = metricDefinitions(sales);
const RETENTION_SECONDS = 24 * 3600;
const RECORDS = 400;

/** Over two hours of the log and three days of event time; every tenth is no event. */
function someSales(seed: number): readonly MeteredRecord[] {
  const choices = random(seed);
  return Array.from({ length: RECORDS }, (_, index): MeteredRecord => {
    const timestampMs = ONE_O_CLOCK + index * 15_000;
    const soldAt = new Date(timestampMs - choices.below(3 * 86_400_000)).toISOString().replace('Z', '456Z');
    const event = {
      soldAt,
      shopName: choices.pick([null, 'Rome', 'rome', 'Zürich “1”', 'a|b\n\\', 'x'.repeat(600)]),
      isGift: choices.pick([null, true, false]),
      pieces: choices.pick([null, -5, 0, 7, 2_147_483_647]),
      code: choices.pick([9_007_199_254_740_991, -9_007_199_254_740_991, 3]),
      amount: choices.pick([null, 0.005, -12.345, 99_999_999_999.125]),
      weight: choices.pick([null, 1e-300, -1.5, 0.1, 3e200]),
      item: choices.pick([
        null,
        { 'unit-price': 12.5, brand: '"B"\u00e9', size: 4 },
        { 'unit-price': -0.015, brand: 'null', size: null },
      ]),
    };
    return { timestampMs, value: index % 10 === 9 ? 'no event' : JSON.stringify(event) };
  });
}

let sink: Awaited<ReturnType<typeof laptopSink>>;
beforeEach(async () => {
  sink = await laptopSink({ contracts: [sales, searchProcessed] });
});
afterEach(() => sink.remove());

const deps = (metrics: MetricStore) => ({
  metrics,
  coverageOf: (table: TableName, shard: Shard) => lakeCoverage(sink, table, shard),
  rows: duckdbMetricRows({ catalog: sink.catalog, store: sink.store, memoryMegabytes: 256 }),
  windowRetentionSeconds: RETENTION_SECONDS,
});
const count = (store: MetricStore, of = definitions) =>
  meter({ store, definitionsOf: () => of, windowRetentionSeconds: RETENTION_SECONDS });
const filling = (committed: number): ShardToFill => ({
  shard: { stream: sales.name, incarnation: 0, kafkaPartition: 0 },
  topic: sales.name,
  contract: sales,
  definitions,
  committed,
});
const take = (records: readonly MeteredRecord[], from = 0, to = records.length) =>
  sink.newHandler()(
    mskEvent(
      sales.name,
      records.slice(from, to).map(({ value, timestampMs }, index) => ({ value, timestampMs, offset: from + index })),
    ),
  );
const figures = (store: MetricStore) => storedFigures(store, sales.name, definitions);

describe('metrics from the lake', () => {
  it('equal those that were counted live, to the last digit, whatever is grouped and measured', async () => {
    const records = someSales(1);
    await take(records);
    const live = memoryMetricStore();
    await count(live)(batchOf(sales, records));
    const lost = memoryMetricStore();
    expect(await fillGaps(deps(lost), filling(RECORDS))).toEqual({ filled: RECORDS, left: 0 });
    const expected = await figures(live);
    expect(expected.size).toBeGreaterThan(40);
    expect(await figures(lost)).toEqual(expected);
    await fillGaps(deps(lost), filling(RECORDS));
    await count(lost)(batchOf(sales, records, { from: 100, to: 200 }));
    expect(await figures(lost)).toEqual(expected);
  });

  it('fill what is missing below, in between and behind, beside a meter that continues', async () => {
    const records = someSales(2);
    await take(records);
    const live = memoryMetricStore();
    await count(live)(batchOf(sales, records));
    const gappy = memoryMetricStore();
    await count(gappy)(batchOf(sales, records, { from: 50, to: 120 }));
    await count(gappy)(batchOf(sales, records, { from: 200, to: 230 }));
    await Promise.all([
      fillGaps(deps(gappy), filling(RECORDS)),
      fillGaps(deps(gappy), filling(300)),
      count(gappy)(batchOf(sales, records, { from: 220, to: 260 })),
    ]);
    expect(await figures(gappy)).toEqual(await figures(live));
  });

  it('wait for the sink: what readers of the lake do not see yet is left', async () => {
    const records = someSales(3);
    await take(records, 0, 150);
    const store = memoryMetricStore();
    expect(await fillGaps(deps(store), filling(RECORDS))).toEqual({ filled: 150, left: RECORDS - 150 });
    await take(records, 150);
    expect(await fillGaps(deps(store), filling(RECORDS))).toEqual({ filled: RECORDS - 150, left: 0 });
    const live = memoryMetricStore();
    await count(live)(batchOf(sales, records));
    expect(await figures(store)).toEqual(await figures(live));
  });

  it('count the history of a metric that is declared later, and of all when they are forgotten', async () => {
    const records = someSales(4);
    await take(records);
    const live = memoryMetricStore();
    await count(live)(batchOf(sales, records));
    const store = memoryMetricStore();
    await count(store, definitions.slice(0, 1))(batchOf(sales, records, { to: 300 }));
    await count(store)(batchOf(sales, records, { from: 300 }));
    expect(await fillGaps(deps(store), filling(RECORDS))).toEqual({ filled: 900, left: 0 });
    expect(await figures(store)).toEqual(await figures(live));
    await forgetMetrics(deps(store), filling(0));
    expect((await figures(store)).size).toBe(0);
    await fillGaps(deps(store), filling(0));
    expect(await figures(store)).toEqual(await figures(live));
  });
});

describe('rows that a replay has made of dead letters', () => {
  const fixed = (records: readonly MeteredRecord[]) =>
    records.map(
      (record, index): MeteredRecord =>
        index % 10 === 9 ? { ...record, value: records[index - 1]?.value ?? null } : record,
    );
  /** Makes rows of the dead letters with these offsets. */
  const replay = async (records: readonly MeteredRecord[], from: number, to: number) => {
    const amend = amender({ ...sink.ports, catalog: sink.catalog });
    for (const hour of [13, 14]) {
      const letters = records.flatMap(({ value, timestampMs }, offset) => {
        const isMeant =
          offset >= from && offset < to && offset % 10 === 9 && new Date(timestampMs).getUTCHours() === hour;
        const text = Buffer.from(value ?? '').toString('base64');
        return isMeant
          ? [{ offset, timestamp: timestampMs, timestampType: 'LOG_APPEND_TIME' as const, value: text }]
          : [];
      });
      const stream = { topic: sales.name, contract: sales, incarnation: 0 };
      if (letters.length > 0)
        await amend({ stream, kafkaPartition: 0, hour: { dt: '2026-01-31', hour }, records: letters });
    }
  };
  const recount = async (store: MetricStore) => {
    const waits = await forgetReplayed(deps(store), filling(0));
    const { filled } = await fillGaps(deps(store), filling(0));
    return { waits, filled };
  };

  it('are counted as if the events had been good from the start, each once', async () => {
    const records = someSales(5);
    const good = fixed(records);
    const expected = memoryMetricStore();
    await count(expected)(batchOf(sales, good));
    await take(records);
    const store = memoryMetricStore();
    await count(store)(batchOf(sales, records));
    expect(await recount(store)).toEqual({ waits: 0, filled: 0 });
    await replay(good, 0, 250);
    expect(await recount(store)).toEqual({ waits: 0, filled: RECORDS * definitions.length });
    await replay(good, 250, RECORDS);
    await Promise.all([recount(store), recount(store), count(store)(batchOf(sales, records, { from: 100, to: 200 }))]);
    expect(await figures(store)).toEqual(await figures(expected));
    expect(await recount(store)).toEqual({ waits: 0, filled: 0 });
  });

  it('whose offsets the meter has not come to are waited for', async () => {
    const records = someSales(6);
    const good = fixed(records);
    await take(records);
    const store = memoryMetricStore();
    await count(store)(batchOf(sales, records, { to: 200 }));
    await replay(good, 0, RECORDS);
    expect((await recount(store)).waits).toBe(20);
    await count(store)(batchOf(sales, records, { from: 200 }));
    expect((await recount(store)).waits).toBe(0);
    const expected = memoryMetricStore();
    await count(expected)(batchOf(sales, good));
    expect(await figures(store)).toEqual(await figures(expected));
  });
});

describe('a refined stream whose store was lost', () => {
  const processed = metricDefinitions(searchProcessed);
  const record = (source: number): MeteredRecord => ({
    value: JSON.stringify({
      user_id: `u${source % 3}`,
      hotel_id: 'h1',
      search_timestamp: ONE_O_CLOCK / 1000 + source,
      advertisers: ['A'],
      min_offer: source % 4 === 0 ? null : { price: 100 + source, advertiser: 'A' },
    }),
    timestampMs: ONE_O_CLOCK + source,
    source: { incarnation: 0, offset: source, ordinal: 0, timestampMs: ONE_O_CLOCK + source * 120_000 },
  });

  it('counts repetitions behind the gap once', async () => {
    // Offsets 30 and on repeat the sources 20 to 29 before they go on.
    const sources = [...Array.from({ length: 30 }, (_, at) => at), ...Array.from({ length: 30 }, (_, at) => at + 20)];
    const records = sources.map(record);
    const whole = memoryMetricStore();
    const asked = { windowRetentionSeconds: RETENTION_SECONDS, definitionsOf: () => processed };
    await meter({ store: whole, ...asked })(batchOf(searchProcessed, records));

    const delivered = records.map(({ value, timestampMs, source }) => ({
      value,
      timestampMs,
      headers: sourceHeaders(source ?? { incarnation: 0, offset: 0, ordinal: 0, timestampMs: 0 }).map(
        ({ name, value: bytes }) => ({
          [name]: [...bytes],
        }),
      ),
    }));
    await sink.newHandler()(mskEvent(searchProcessed.name, delivered.slice(0, 33)));
    const lost = memoryMetricStore();
    const goOn = meter({ store: lost, ...asked });
    await expect(goOn(batchOf(searchProcessed, records, { from: 30 }))).rejects.toThrow('not counted yet');
    const place = {
      shard: { stream: searchProcessed.name, incarnation: 0, kafkaPartition: 0 },
      topic: searchProcessed.name,
    };
    await fillGaps(deps(lost), { ...place, contract: searchProcessed, definitions: processed, committed: 30 });
    expect(parseShardState((await lost.read(place.shard)) ?? '')).toMatchObject({
      covered: [[0, 32]],
      highWater: { offset: 29 },
    });
    await goOn(batchOf(searchProcessed, records, { from: 30 }));
    const figuresOf = (store: MetricStore) => storedFigures(store, searchProcessed.name, processed);
    expect(await figuresOf(lost)).toEqual(await figuresOf(whole));
  });
});
