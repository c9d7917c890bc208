import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbMetricRows } from '../../../lib/adapters/duckdb/metric-rows.ts';
import { metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import { auditLive } from '../../../lib/pipeline/audit/audit-live.ts';
import { fillGaps, forgetReplayed } from '../../../lib/pipeline/meter/fill-gaps.ts';
import { mergesOf } from '../../../lib/pipeline/meter/fold.ts';
import { lakeCoverage } from '../../../lib/pipeline/meter/lake-coverage.ts';
import { meter } from '../../../lib/pipeline/meter/meter.ts';
import type { MetricStore } from '../../../lib/pipeline/metric-store.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { amendPurchases } from '../../support/audited-lake.ts';
import { HOUR_MS, laptopCompactor } from '../../support/compactor.ts';
import { mskEvent, ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { batchOf, type MeteredRecord } from '../../support/metered.ts';

const definitions = metricDefinitions(shopPurchases);
const [counted] = definitions;
const shard = { stream: shopPurchases.name, incarnation: 0, kafkaPartition: 0 };

/** Of two hours of the log and three days of event time; every fourth is no event. */
const records = Array.from({ length: 40 }, (_, index): MeteredRecord => {
  const timestampMs = ONE_O_CLOCK + (index < 20 ? 0 : HOUR_MS);
  const at = new Date(ONE_O_CLOCK - index * 2 * HOUR_MS).toISOString();
  const country = ['Italy', 'Spain', 'Poland'][index % 3];
  const event = { created_at: at, country, currency: 'EUR', amount: index + 1 };
  return { timestampMs, value: index % 4 === 3 ? 'none' : JSON.stringify(event) };
});

let lake: Awaited<ReturnType<typeof laptopCompactor>>;
let live: MetricStore;
beforeEach(async () => {
  lake = await laptopCompactor();
  live = memoryMetricStore();
});
afterEach(() => lake.sink.remove());

const take = (from: number, to: number) => {
  const given = records.slice(from, to).map((record, index) => ({ ...record, offset: from + index }));
  return lake.sink.newHandler()(mskEvent(shopPurchases.name, given));
};
const count = (from: number, to: number, of = definitions) =>
  meter({ store: live, definitionsOf: () => of, windowRetentionSeconds: 24 * 3600 })(
    batchOf(shopPurchases, records, { from, to }),
  );
const audited = { shard, topic: shopPurchases.name, contract: shopPurchases, definitions };
const depsOn = <M>(metrics: M) => {
  const { store, catalog } = lake.sink;
  return {
    metrics,
    coverageOf: (table: Parameters<typeof lakeCoverage>[1]) => lakeCoverage({ store, catalog }, table, shard),
    rows: duckdbMetricRows({ catalog, store, memoryMegabytes: 128 }),
  };
};
/** @param between what happens between the two looks */
const found = async (metrics: Pick<MetricStore, 'read' | 'entries'> = live, between = async () => {}) => {
  const deps = { ...depsOn(metrics), clock: { sleep: between } };
  return (await auditLive(deps, audited)).map(({ kind, message }) => `${kind}: ${message}`);
};

/** Has one group of the first metric count one event more than there were. */
async function countOneMore(): Promise<void> {
  if (counted === undefined) throw new Error('the fixture has no metric');
  const text = (await live.read(shard)) ?? '';
  const page = await live.entries(shard, counted.id, { limit: 1 });
  const entries = page.entries.map((entry) => ({
    ...entry,
    values: entry.values.map((_, at) => (at === 0 ? 1n : 0n)),
  }));
  const change = { metric: counted.id, merges: mergesOf(counted), entries, clear: false, dropBelow: null };
  expect(await live.step(shard, { expected: text, next: text, changes: [change] })).toBe('done');
}

describe('live metrics', () => {
  it('that are what the rows give have no finding, whatever was delivered twice, expired or compacted', async () => {
    await take(0, 25);
    await take(20, 40);
    await count(0, 30);
    await count(10, 40);
    expect(await found()).toEqual([]);
    await lake.clock.advance(2 * HOUR_MS);
    await lake.compact();
    expect(await found()).toEqual([]);
  });

  it('that are off by one are named with their metric and the offsets that it counts', async () => {
    await take(0, 40);
    await count(0, 40);
    await countOneMore();
    expect(await found()).toEqual([
      `live_differs: live metric ${counted?.name} is not what the rows give: 1 group differs, counted from kafka partition 0, offsets 0 to 39`,
    ]);
  });

  it('that count less than the lake has are compared at what they count', async () => {
    await take(0, 40);
    await count(0, 10);
    expect(await found()).toEqual([]);
    await countOneMore();
    expect(await found()).toEqual([expect.stringMatching(/offsets 0 to 9$/)]);
  });

  it('that are ahead of the sink are not compared: the rows are on their way', async () => {
    await take(0, 20);
    await count(0, 40);
    expect(await found()).toEqual([]);
  });

  it('that somebody counts meanwhile, or that are right at the second look, are no finding', async () => {
    await take(0, 40);
    await count(0, 20);
    await countOneMore();
    const moving: Pick<MetricStore, 'read' | 'entries'> = {
      read: live.read,
      entries: async (...asked) => ({ ...(await live.entries(...asked)), state: 'another' }),
    };
    expect(await found(moving)).toEqual([]);
    const fresh = memoryMetricStore();
    const wrong = live;
    const repaired: Pick<MetricStore, 'read' | 'entries'> = {
      read: (...asked) => live.read(...asked),
      entries: (...asked) => live.entries(...asked),
    };
    const repairs = async () => {
      live = fresh;
      await count(0, 20);
    };
    expect(await found(repaired, repairs)).toEqual([]);
    live = wrong;
    expect(await found()).toHaveLength(1);
  });

  it('that do not count the rows of a replay are behind, with the offsets; counted again, they are right', async () => {
    await take(0, 40);
    await count(0, 40);
    await amendPurchases(lake, [3, 7]);
    expect(await found()).toEqual([
      'live_behind: live metrics lack rows of replays, among: kafka partition 0, offsets 3, 7',
    ]);
    const deps = { ...depsOn(live), windowRetentionSeconds: 24 * 3600 };
    const filling = { ...audited, committed: 40 };
    await forgetReplayed(deps, filling);
    await fillGaps(deps, filling);
    expect(await found()).toEqual([]);
  });
});
