import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbChainRows } from '../../../lib/adapters/duckdb/chain-rows.ts';
import { duckdbMetricRows } from '../../../lib/adapters/duckdb/metric-rows.ts';
import { metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import { auditLive } from '../../../lib/pipeline/audit/audit-live.ts';
import { fillGaps, forgetMetrics, forgetReplayed } from '../../../lib/pipeline/meter/fill-gaps.ts';
import { lakeCoverage } from '../../../lib/pipeline/meter/lake-coverage.ts';
import { meter } from '../../../lib/pipeline/meter/meter.ts';
import type { MetricStore } from '../../../lib/pipeline/metric-store.ts';
import { amender } from '../../../lib/pipeline/replay/amender.ts';
import { refinedAmender } from '../../../lib/pipeline/replay/refined-amender.ts';
import { sink } from '../../../lib/pipeline/sink.ts';
import { searchProcessed, searchRaw } from '../../fixtures/lake/streams/search.ts';
import { fixture } from '../../support/fixture-project.ts';
import { laptopSink, ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { batchOf, type MeteredRecord } from '../../support/metered.ts';
import { storedFigures } from '../../support/stored-figures.ts';

const RETENTION = 24 * 3600;
const shard = { stream: searchProcessed.name, incarnation: 0, kafkaPartition: 0 };
const definitions = metricDefinitions(searchProcessed);
const filling = { shard, topic: searchProcessed.name, contract: searchProcessed, definitions, committed: 0 };

const search = (user: string) =>
  JSON.stringify({
    user_id: user,
    hotel_id: 'h',
    search_timestamp: ONE_O_CLOCK / 1000,
    hotel_advertisers: { A: [{ eurocents: 5 }] },
  });
/** Searches of users a, b, …; a user in upper case is no event. */
const raw = (users: string): readonly MeteredRecord[] =>
  [...users].map((user) => ({ value: user === user.toLowerCase() ? search(user) : '{', timestampMs: ONE_O_CLOCK }));
/** The records of the refined topic, of these sources. */
const processed = (sources: readonly number[]): readonly MeteredRecord[] =>
  sources.map((offset) => ({
    value: JSON.stringify({
      ...{ user_id: `u${offset}`, hotel_id: 'h', search_timestamp: ONE_O_CLOCK / 1000 },
      ...{ advertisers: ['A'], min_offer: { price: 5, advertiser: 'A' } },
    }),
    timestampMs: ONE_O_CLOCK,
    source: { incarnation: 0, offset, ordinal: 0, timestampMs: ONE_O_CLOCK },
  }));

let lake: Awaited<ReturnType<typeof laptopSink>>;
let live: MetricStore;
beforeEach(async () => {
  lake = await laptopSink();
  live = memoryMetricStore();
});
afterEach(() => lake.remove());

const take = (batch: ReturnType<typeof batchOf>) => sink(lake.ports)(batch);
const count = (batch: ReturnType<typeof batchOf>) =>
  meter({ store: live, definitionsOf: () => definitions, windowRetentionSeconds: RETENTION })(batch);
const deps = () => ({
  metrics: live,
  coverageOf: (table: Parameters<typeof lakeCoverage>[1]) => lakeCoverage(lake, table, shard),
  rows: duckdbMetricRows({ ...lake, memoryMegabytes: 128 }),
  windowRetentionSeconds: RETENTION,
});
const findings = async () => {
  const found = await auditLive({ ...deps(), clock: { sleep: async () => undefined } }, filling);
  return found.map(({ kind, message }) => `${kind}: ${message}`);
};
const recount = async () => {
  const waits = await forgetReplayed(deps(), filling);
  await fillGaps(deps(), filling);
  return waits;
};
const users = async () => {
  const found = await storedFigures(
    live,
    shard.stream,
    definitions.filter(({ name }) => name === 'users'),
  );
  return Object.fromEntries([...found].map(([name, value]) => [name.replace(/^\S+ \S+ /, ''), value]));
};

/** Makes a row of a letter, and its events in the refined tables. */
async function replay(offset: number, user: string, refinements = fixture.refinements): Promise<void> {
  const ports = { ...lake.ports, rows: duckdbChainRows({ ...lake, memoryMegabytes: 128 }) };
  const { stream, kafkaPartition } = batchOf(searchRaw, []);
  const place = { stream, kafkaPartition, hour: { dt: '2026-01-31', hour: 13 } };
  const value = Buffer.from(search(user));
  await amender(ports)({
    ...place,
    records: [{ offset, timestamp: ONE_O_CLOCK, timestampType: 'LOG_APPEND_TIME', value }],
  });
  await refinedAmender(ports, { refinements, incarnationOf: () => 0 })(place);
}

describe('live metrics of a stream whose source is replayed', () => {
  it('count the rows that were made from the lake once, and are behind until then', async () => {
    await take(batchOf(searchRaw, raw('aBc')));
    const refined = processed([0, 2]);
    await take(batchOf(searchProcessed, refined));
    await count(batchOf(searchProcessed, refined));
    await replay(1, 'made');
    expect(await findings()).toEqual([
      'live_behind: live metrics lack rows of replays, among: 1 rows that were made from the lake, of 1 records of the source',
    ]);
    expect(await recount()).toBe(0);
    expect(await users()).toEqual({ '["u0"]': '1', '["u2"]': '1', '["made"]': '1' });
    expect(await findings()).toEqual([]);
    await recount();
    await forgetMetrics(deps(), filling);
    await recount();
    expect(await users()).toEqual({ '["u0"]': '1', '["u2"]': '1', '["made"]': '1' });
  });

  it('leave out events of its sources that arrive later, as the lake does', async () => {
    await take(batchOf(searchRaw, raw('aBC')));
    const refined = processed([0, 1, 2, 3]);
    await take(batchOf(searchProcessed, refined, { to: 1 }));
    await count(batchOf(searchProcessed, refined, { to: 1 }));
    await replay(1, 'made');
    await replay(2, 'also made');
    // One of them comes before the metrics know of the replay, the other after.
    await take(batchOf(searchProcessed, refined, { from: 1, to: 2 }));
    await count(batchOf(searchProcessed, refined, { from: 1, to: 2 }));
    await recount();
    await take(batchOf(searchProcessed, refined, { from: 2 }));
    await count(batchOf(searchProcessed, refined, { from: 2 }));
    expect(await users()).toEqual({ '["u0"]': '1', '["u3"]': '1', '["made"]': '1', '["also made"]': '1' });
    expect(await findings()).toEqual([]);
  });

  it('leave them out also where a source was replayed into no events', async () => {
    await take(batchOf(searchRaw, raw('aB')));
    const refined = processed([0, 1]);
    await take(batchOf(searchProcessed, refined, { to: 1 }));
    await count(batchOf(searchProcessed, refined, { to: 1 }));
    const ofNothing = fixture.refinements.map((one) => ({ ...one, refine: () => [] }));
    await replay(1, 'none', ofNothing);
    await recount();
    await take(batchOf(searchProcessed, refined, { from: 1 }));
    await count(batchOf(searchProcessed, refined, { from: 1 }));
    expect(await users()).toEqual({ '["u0"]': '1' });
    expect(await findings()).toEqual([]);
  });

  it('wait until they have covered what the lake had when the rows were made', async () => {
    await take(batchOf(searchRaw, raw('aB')));
    const refined = processed([0, 1]);
    await take(batchOf(searchProcessed, refined));
    await count(batchOf(searchProcessed, refined, { to: 1 }));
    // The refiner had accepted what the sink did not: the event stays, and nothing is made for it.
    await replay(1, 'fixed');
    expect(await recount()).toBe(1);
    await take(batchOf(searchRaw, raw('aBC'), { from: 2 }));
    await replay(2, 'made');
    expect(await recount()).toBe(1);
    await count(batchOf(searchProcessed, refined, { from: 1 }));
    expect(await recount()).toBe(0);
    expect(await users()).toEqual({ '["u0"]': '1', '["u1"]': '1', '["made"]': '1' });
    expect(await findings()).toEqual([]);
  });
});
