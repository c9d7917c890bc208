import { describe, expect, it } from 'vitest';
import { contract, integer, string, timestamp } from '../../../lib/index.ts';
import { metricOverview } from '../../../lib/pipeline/meter/metric-overview.ts';
import { metricState } from '../../../lib/pipeline/meter/read-metric.ts';
import { askedMetrics, countedStore } from '../../support/counted-metrics.ts';

const trips = contract({
  name: 'city.trips',
  version: 1,
  description: 'Trips of taxis.',
  owner: 'tests',
  fields: {
    id: string('Trip.'),
    city: string('Where.'),
    fare: integer('Price.', { unit: 'cents' }),
    at: timestamp('When.'),
  },
  key: 'id',
  eventTime: 'at',
  identity: 'id',
  metrics: {
    trips: { description: 'Trips so far.', unit: 'trips', by: [], count: true },
    cities: { description: 'Trips of each city.', unit: 'trips', by: ['city'], count: true },
    cheapest: { description: 'The cheapest trip of each city.', by: ['city'], min: ['fare'] },
    fares: { description: 'Fares by minute.', by: ['city'], count: true, sum: ['fare'], window: { seconds: 60 } },
  },
});

const NOON = Date.UTC(2026, 0, 31, 12);
const trip = (city: string, fare: number, at: string) => ({
  value: JSON.stringify({ id: 't', city, fare, at: `2026-01-31 ${at}` }),
  timestampMs: NOON,
});

async function overview(name: string, ...kafkaPartitions: readonly (readonly ReturnType<typeof trip>[])[]) {
  const store = await countedStore(trips, kafkaPartitions);
  const metric = askedMetrics(trips).find(({ definition }) => definition.name === name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metricOverview(store, metric, await metricState(store, metric));
}

describe('an overview of a metric of all time', () => {
  it('has the total of all groups, over all kafka partitions', async () => {
    const { total, groups, rows, series } = await overview(
      'trips',
      [trip('Rome', 5, '11:00:00'), trip('Bonn', 7, '11:00:01')],
      [trip('Rome', 1, '11:00:02')],
    );
    expect({ total, groups, series }).toEqual({ total: { count: 3 }, groups: 1, series: null });
    expect(rows).toEqual([{ group: {}, values: { count: 3 } }]);
  });

  it('has the groups with the greatest count first, and equal ones by name', async () => {
    const { rows, order } = await overview('cities', [
      ...['Bonn', 'Rome', 'Rome', 'Aosta'].map((city) => trip(city, 1, '11:00:00')),
    ]);
    expect(rows.map(({ group }) => group.city)).toEqual(['Rome', 'Aosta', 'Bonn']);
    expect(order).toEqual({ figure: 'count', direction: 'descending' });
  });

  it('has the groups with the smallest minimum first', async () => {
    const { rows, order, total } = await overview('cheapest', [
      trip('Bonn', 30, '11:00:00'),
      trip('Rome', 4, '11:00:00'),
    ]);
    expect(rows.map(({ group }) => group.city)).toEqual(['Rome', 'Bonn']);
    expect(order).toEqual({ figure: 'min_fare', direction: 'ascending' });
    expect(total).toEqual({ min_fare: 4 });
  });

  it('of 10,000 groups has the first twenty, and counts all', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => trip(`city ${index}`, 1, '11:00:00'));
    const { rows, groups, total } = await overview('cities', [...many, trip('city 77', 1, '11:00:00')]);
    expect(rows).toHaveLength(20);
    expect(rows[0]).toEqual({ group: { city: 'city 77' }, values: { count: 2 } });
    expect({ groups, total }).toEqual({ groups: 10_000, total: { count: 10_001 } });
  });

  it('of no events has no rows', async () => {
    expect(await overview('cities')).toMatchObject({ groups: 0, rows: [], total: { count: null } });
  });
});

describe('an overview of windows', () => {
  it('has the newest window of each group, the greatest sum first', async () => {
    const { rows } = await overview(
      'fares',
      [trip('Rome', 100, '11:00:05'), trip('Rome', 250, '11:00:59'), trip('Rome', 40, '11:01:00')],
      [trip('Bonn', 70, '11:00:30')],
    );
    expect(rows).toEqual([
      {
        group: { city: 'Bonn' },
        values: { count: 1, sum_fare: 70 },
        window: { start: '2026-01-31T11:00:00Z', end: '2026-01-31T11:01:00Z', closed: false },
      },
      {
        group: { city: 'Rome' },
        values: { count: 1, sum_fare: 40 },
        window: { start: '2026-01-31T11:01:00Z', end: '2026-01-31T11:02:00Z', closed: false },
      },
    ]);
  });

  it('has a line for each group over the last hour, with null where nothing happened', async () => {
    const { series, total } = await overview('fares', [
      trip('Rome', 3, '10:01:59'),
      trip('Rome', 100, '10:02:00'),
      trip('Rome', 40, '11:01:00'),
      trip('Bonn', 70, '11:00:30'),
    ]);
    expect(series?.starts).toHaveLength(60);
    expect([series?.starts[0], series?.starts.at(-1)]).toEqual(['2026-01-31T10:02:00Z', '2026-01-31T11:01:00Z']);
    expect(series?.lines.map(({ group }) => group.city)).toEqual(['Rome', 'Bonn']);
    const [rome, bonn] = series?.lines.map(({ points }) => points) ?? [];
    expect(rome).toEqual([100, ...Array(58).fill(null), 40]);
    expect(bonn?.slice(-2)).toEqual([70, null]);
    // What happened before the hour is not part of it.
    expect(total).toEqual({ count: 3, sum_fare: 210 });
  });

  it('draws at most six groups, those with the most', async () => {
    const cities = Array.from({ length: 9 }, (_, index) => trip(`c${index}`, index + 1, '11:00:00'));
    const { series, groups } = await overview('fares', cities);
    expect(series?.lines.map(({ group }) => group.city)).toEqual(['c8', 'c7', 'c6', 'c5', 'c4', 'c3']);
    expect(groups).toBe(9);
  });

  it('one event of tomorrow leaves the lines where the records are', async () => {
    const tomorrow = {
      ...trip('Bonn', 1, ''),
      value: trip('Bonn', 1, '').value.replace('2026-01-31 ', '2026-02-01 10:00:00'),
    };
    const { series, rows } = await overview('fares', [trip('Rome', 8, '11:59:00'), tomorrow]);
    expect(series?.starts.at(-1)).toBe('2026-01-31T12:00:00Z');
    expect(series?.lines.find(({ group }) => group.city === 'Rome')?.points.at(-2)).toBe(8);
    expect(rows.map(({ group }) => group.city)).toEqual(['Rome', 'Bonn']);
  });

  it('of no events has no windows', async () => {
    expect(await overview('fares')).toMatchObject({ groups: 0, rows: [], series: { starts: [], lines: [] } });
  });
});
