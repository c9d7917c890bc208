import { describe, expect, it } from 'vitest';
import { costLines, historyMonth, runsCost } from '../../lib/cost/cost-lines.ts';
import { costTable, costTotals } from '../../lib/cost/cost-table.ts';
import { ingestMillion } from '../../lib/cost/live-lines.ts';
import { assumptions, exampleLoad } from '../../lib/cost/load.ts';
import { prices } from '../../lib/cost/prices.ts';
import { type TemplateFacts, templateFacts } from '../../lib/cost/template-facts.ts';
import { timesADay } from '../../lib/cost/times-a-day.ts';
import { monthOf, readerWork, runSeconds } from '../../lib/cost/work.ts';
import { RECENT_HOURS } from '../../lib/pipeline/transform/hours-due.ts';
import { brokers, byUserPool, dev, synthesised } from '../support/synthesised.ts';

const facts = templateFacts(synthesised());
const lines = costLines(facts, exampleLoad);
const line = (item: string, of = lines) => of.find((one) => one.item === item);

describe('what costs something is read from the templates', () => {
  it('with MSK Serverless', () => {
    expect(facts).toMatchObject({
      broker: { kind: 'serverless' },
      kafkaPartitions: 25,
      topics: 11,
      minPollers: 15,
      readers: {
        sink: { megabytes: 1769, mappings: Array(11).fill({ batchSize: 10_000, windowSeconds: 60 }) },
        refine: { megabytes: 1024, mappings: Array(2).fill({ batchSize: 10_000, windowSeconds: 2 }) },
        meter: { megabytes: 1024, mappings: Array(2).fill({ batchSize: 10_000, windowSeconds: 2 }) },
      },
      interfaceEndpointZones: 0,
      alarms: 35,
      tables: 13,
      schedules: 4,
      callsADay: 1440 + 24 + 288,
      errorMetrics: 30,
      warehouse: { rpu: 4, runsADay: 24, hoursLookedAtADay: 23 * 24 + RECENT_HOURS, transformMegabytes: 512 },
      live: { readMegabytes: 1024, ingestMegabytes: 1024 },
      recount: { megabytes: 1769, offsetsMegabytes: 512, runsADay: 288 },
    } satisfies Partial<TemplateFacts>);
  });

  it('with Standard brokers and on-demand pollers, which need endpoints in three zones', () => {
    const found = templateFacts(synthesised({ broker: brokers.standard, pollers: 'onDemand', warehouse: null }));
    expect(found).toMatchObject({
      broker: { kind: 'standard', instanceType: 'kafka.m7g.large', brokers: 3, diskGibibytes: 50 },
      minPollers: 0,
      interfaceEndpointZones: 6,
      // Lambda's own pollers count none.
      errorMetrics: 0,
      warehouse: null,
    });
  });
});

describe('a month', () => {
  it('of 1,000 events a second of 500 bytes is 2,628 million events, 1,314 GB', () => {
    expect(monthOf(exampleLoad)).toEqual({ seconds: 2_628_000, events: 2_628_000_000, gigabytes: 1314 });
  });

  it('of MSK Serverless costs what its price list says', () => {
    expect(line('cluster')?.fixed).toBeCloseTo(547.5);
    expect(line('25 kafka partitions')?.fixed).toBeCloseTo(27.375);
    expect(line('data in')?.byLoad).toBeCloseTo(131.4);
  });

  it('has a unit of pollers for ten mappings, or for 20 MB/s', () => {
    expect(line('2 poller units, shared')?.fixed).toBeCloseTo(2 * 135.05);
    const ten = costLines({ ...facts, minPollers: 10 }, exampleLoad);
    expect(line('1 poller unit, shared', ten)?.fixed).toBeCloseTo(135.05);
    const busy = costLines({ ...facts, minPollers: 10 }, { ...exampleLoad, eventsPerSecond: 100_000 });
    expect(line('3 poller units, shared', busy)?.fixed).toBeCloseTo(3 * 135.05);
  });

  it('with on-demand pollers pays for endpoints by the hour, and for payloads, larger by base64, by the gigabyte', () => {
    const onDemand = costLines({ ...facts, minPollers: 0, interfaceEndpointZones: 6 }, exampleLoad);
    expect(line('6 endpoint zones for pollers', onDemand)?.fixed).toBeCloseTo(43.8);
    const payloadBytes = (500 * 4) / 3 + 190;
    expect(line('payloads through endpoints', onDemand)?.byLoad).toBeCloseTo((2628 * payloadBytes) / 1000 / 100);
  });

  it('has a batch for each stream and window, unless batches are full before', () => {
    expect(readerWork(facts, exampleLoad).sink.invocations).toBeCloseTo((2_628_000 / 60) * 11);
    const busy = { ...exampleLoad, eventsPerSecond: 100_000 };
    expect(readerWork(facts, busy).sink.invocations).toBeGreaterThan((2_628_000 / 60) * 11 * 50);
  });

  it('has a run of every model over two hours each hour, and a minute of the warehouse at least', () => {
    const seconds = 2 * 33 * assumptions.secondsPerModelHour;
    expect(runSeconds(1, exampleLoad)).toBe(730 * seconds);
    expect(runsCost(4, 1, exampleLoad)).toBeCloseTo((730 * seconds * 4 * prices.redshift.rpuHour) / 3600);
    expect(line('24 runs of 33 models a day at 4 RPU')?.fixed).toBeCloseTo(runsCost(4, 1, exampleLoad));
    expect(runSeconds(1, { models: 1 })).toBe(730 * 60);
  });

  it('with a run every ten minutes has five more of the open hour, and so have the templates', () => {
    expect(runSeconds(6, exampleLoad) - runSeconds(1, exampleLoad)).toBe(
      730 * 5 * 33 * assumptions.secondsPerModelHour,
    );
    const warehouse = dev.warehouse === null ? null : { ...dev.warehouse, everyTenMinutes: true, dailyRpuHours: 20 };
    const found = costLines(templateFacts(synthesised({ warehouse })), exampleLoad);
    expect(line('144 runs of 33 models a day at 4 RPU', found)?.fixed).toBeCloseTo(runsCost(4, 6, exampleLoad));
  });

  it('has runs that ask for every hour they look back to, in each table, at the catalogue and at the store', () => {
    const lookUps = (23 * 24 + RECENT_HOURS) * 13 * (730 / 24);
    const found = lines.filter(({ item }) => item === 'transform: hours looked at');
    expect(found.map(({ service }) => service)).toEqual(['S3', 'Glue']);
    expect(found[0]?.fixed).toBeCloseTo((lookUps / 1000) * prices.s3.thousandPuts);
    expect(found[1]?.fixed).toBeCloseTo((lookUps / 1_000_000) * prices.glue.millionRequests);
  });

  it('of history, after a change of every model, costs each model’s hours once', () => {
    expect(historyMonth(8, { models: 10 }).dollars).toBeCloseTo(
      ((730 * 10 * assumptions.secondsPerModelHour) / 3600) * 8 * prices.redshift.rpuHour,
    );
  });

  it.each([
    ['rate(1 minute)', 1440],
    ['rate(6 hours)', 4],
    ['cron(5 0-3,5-23 * * ? *)', 23],
    ['cron(15,25,35,45,55 * * * ? *)', 120],
  ])('has %s %d times a day', (expression, times) => {
    expect(timesADay(expression)).toBe(times);
  });

  it('with a schedule that is not due every day is refused', () => {
    expect(() => timesADay('cron(0 4 ? * MON *)')).toThrow(
      /schedule: expected .*found cron\(0 4 \? \* MON \*\); price it here/,
    );
  });

  it('without events has only what is fixed', () => {
    const idle = costLines(facts, { ...exampleLoad, eventsPerSecond: 0.001, queriesPerDay: 0 });
    // Chains are looked up, hours registered and short windows ended for as long as anything comes at all.
    expect(costTotals(idle, exampleLoad).byLoad).toBeLessThan(30);
    expect(costTotals(idle, exampleLoad).fixed).toBeCloseTo(costTotals(lines, exampleLoad).fixed);
  });
});

describe('what Weir adds', () => {
  it.each(['serverless', 'express', 'standard'] as const)(
    'is a cent for a million events at most, and two with live metrics and API: %s',
    (kind) => {
      for (const [live, dollars] of [
        [null, 0.01],
        [dev.live, 0.02],
      ] as const) {
        const found = costLines(templateFacts(synthesised({ broker: brokers[kind], live })), exampleLoad);
        expect(costTotals(found, exampleLoad).addedPerMillion).toBeLessThanOrEqual(dollars);
      }
    },
  );

  it('has each item of live metrics and API, the smallest store included; without them none', () => {
    const before = costLines({ ...facts, live: null, recount: null }, exampleLoad);
    const added = lines.filter(({ item }) => line(item, before) === undefined).map(({ item }) => item);
    expect(added).toEqual([
      'store of live metrics',
      'work of the store',
      'one screen, every two seconds',
      'recount: time',
      'read: time',
    ]);
    expect(line('store of live metrics')?.fixed).toBeCloseTo(0.084 * 0.1 * 730);
    expect(line('one screen, every two seconds')?.fixed).toBeCloseTo(1.2 * 1.314);
    // 8,760 runs of two seconds, and of one.
    expect(line('recount: time')?.fixed).toBeCloseTo(8_760 * (2 * 1.7275 + 0.5) * 0.0000133334);
  });

  it('lists the user pool of the API where there is one, and its client for programs', () => {
    const found = templateFacts(synthesised({ live: byUserPool }));
    expect([facts.signIn, found.signIn]).toEqual([null, { programClients: 1 }]);
    const withPool = costLines(found, exampleLoad);
    // A client, and a token each hour.
    expect(line('client of programs', withPool)?.fixed).toBeCloseTo(6 + 0.73 * 2.25);
    expect(line('10 people who sign in', withPool)?.fixed).toBeCloseTo(0.15);
    const people = costLines({ ...found, signIn: { programClients: 0 } }, exampleLoad);
    expect(line('client of programs', people)).toBeUndefined();
  });

  it('lists CloudFront where it serves the dashboard', () => {
    const found = templateFacts(synthesised({ live: byUserPool }));
    expect([facts.hasSite, found.hasSite]).toEqual([false, true]);
    expect(line('the same screen')).toBeUndefined();
    expect(line('the same screen', costLines(found, exampleLoad))?.fixed).toBeCloseTo(1.314 + 5.256 * 0.085);
  });

  it('takes a million events by HTTP for four tenths of a cent at most', () => {
    expect(ingestMillion({ readMegabytes: 1024, ingestMegabytes: 1024 })).toBeLessThanOrEqual(0.004);
    expect(ingestMillion({ readMegabytes: 1024, ingestMegabytes: 1024 })).toBeGreaterThan(0.0024);
  });

  it('is marked in the table, whose sums are those of its rows', () => {
    const table = costTable(lines, exampleLoad);
    for (const item of ['sink: time *', 'refine: time *', 'transform: time *']) expect(table).toContain(item);
    const { fixed } = costTotals(lines, exampleLoad);
    expect(table).toContain(`| **all** `);
    expect(table).toContain(fixed.toFixed(2));
  });
});

it('a broker without a price is refused by name', () => {
  const broker = { kind: 'express', instanceType: 'express.m7g.4xlarge', brokers: 3, diskGibibytes: 0 } as const;
  expect(() => costLines({ ...facts, broker }, exampleLoad)).toThrow(/express.m7g.4xlarge: expected a price.*add it/);
});
