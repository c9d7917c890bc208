import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileCatalog } from '../../../lib/adapters/embedded/file-catalog.ts';
import { contract as declare, integer, string, timestamp } from '../../../lib/index.ts';
import {
  diskCheck,
  silentGroupCheck,
  troubleCheck,
  unreachableCheck,
  unreadCheck,
  unregisteredCheck,
} from '../../../lib/local/health/lake-checks.ts';
import { askedMetrics, countedStore } from '../../support/counted-metrics.ts';
import { contracts } from '../../support/fixture-project.ts';
import { laptopSink, mskEvent, ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testClock } from '../../support/test-clock.ts';

const found = async (check: { findings(): Promise<readonly { readonly where: string; readonly found: string }[]> }) =>
  (await check.findings()).map(({ where, found: text }) => `${where}: ${text}`);

it('what the pipeline retries or has stopped is found in its own words', async () => {
  const troubles = [
    { state: 'trying', what: 'topic orders', message: 'no broker.' },
    { state: 'stopped', what: 'topic refunds', message: 'it was deleted.' },
  ] as const;
  expect(await found(troubleCheck(() => troubles, 1000))).toEqual([
    'topic orders: no broker. (It is retried.)',
    'topic refunds: it was deleted. (It has stopped.)',
  ]);
});

describe('a log', () => {
  const check = (endOffsets: () => Promise<readonly number[]>) => {
    const clock = testClock();
    const options = { where: 'host:9092', clock, everyMs: 1000 };
    return { clock, findings: found(unreachableCheck({ endOffsets }, [{ topic: 'orders' }], options)) };
  };

  it('that answers is no finding', async () => {
    expect(await check(async () => [5]).findings).toEqual([]);
  });

  it('that refuses is found with its error', async () => {
    const { findings } = check(() => Promise.reject(new Error('connect ECONNREFUSED')));
    expect(await findings).toEqual(['host:9092: The log does not answer: connect ECONNREFUSED']);
  });

  it('that does not answer is found after ten seconds', async () => {
    const { clock, findings } = check(() => new Promise(() => {}));
    await clock.advance(10_000);
    expect(await findings).toEqual(['host:9092: The log does not answer: no answer after 10 s']);
  });
});

describe('a topic without a reader', () => {
  const topic = { stream: 'shop.orders', topic: 'orders', group: 'weir-sink-shop.orders', refusal: null };
  const check = (readers: number, refusal: string | null = null) =>
    found(unreadCheck({ readers: async () => readers }, [{ ...topic, refusal }], 1000));

  it('is found with its group, and with the reason where there is one', async () => {
    expect(await check(0)).toEqual([
      'shop.orders: No member of group weir-sink-shop.orders reads topic orders: its reader has stopped, or has lost its place in the group.',
    ]);
    expect(await check(0, 'it was created again.')).toEqual([
      'shop.orders: No member of group weir-sink-shop.orders reads topic orders: it was created again.',
    ]);
  });

  it('is no finding while it is read', async () => {
    expect(await check(1)).toEqual([]);
  });
});

describe('an hour that the catalogue does not show', () => {
  let sink: Awaited<ReturnType<typeof laptopSink>>;
  beforeEach(async () => {
    sink = await laptopSink();
    await sink.newHandler()(mskEvent('shop.feedback', [{ value: 'no event', timestampMs: ONE_O_CLOCK }]));
  });
  afterEach(() => sink.remove());

  const check = () =>
    unregisteredCheck({ store: sink.store, catalog: fileCatalog(join(sink.folder, 'catalog')) }, contracts, 1000);

  it('is found once it was seen twice, because a sink registers an hour after it has written its object', async () => {
    expect(await found(check())).toEqual([]);
    await rm(join(sink.folder, 'catalog'), { recursive: true });
    const twice = check();
    expect(await found(twice)).toEqual([]);
    expect(await found(twice)).toEqual([
      expect.stringMatching(/^lake\.shop_feedback 2026-01-31 13:00: The lake has objects of this hour/),
      expect.stringMatching(
        /^lake\.dead_letters 2026-01-31 13:00: The lake has objects of this hour in dead_letters\//,
      ),
    ]);
  });
});

describe('a group of a windowed metric', () => {
  const trips = declare({
    name: 'city.trips',
    version: 1,
    description: 'Trips of taxis.',
    owner: 'tests',
    fields: { id: string('Trip.'), city: string('Where.'), fare: integer('Price.'), at: timestamp('When.') },
    key: 'id',
    eventTime: 'at',
    identity: 'id',
    metrics: { fares: { description: 'Fares by minute.', by: ['city'], sum: ['fare'], window: { seconds: 60 } } },
  });
  const trip = (city: string, at: string) => ({
    value: JSON.stringify({ id: 't', city, fare: 1, at: `2026-01-31 ${at}` }),
    timestampMs: Date.UTC(2026, 0, 31, 12),
  });
  const check = async (...events: readonly ReturnType<typeof trip>[]) =>
    found(silentGroupCheck({ metrics: askedMetrics(trips), store: await countedStore(trips, [events]) }, 1000));

  it('is found six windows after its last one, if others have events', async () => {
    expect(await check(trip('Rome', '11:00:30'), trip('Bonn', '11:06:00'))).toEqual([
      'city.trips, city Rome: No events of city Rome in the last 6 windows of fares, while other groups have some.',
    ]);
  });

  it('is not found after five windows, nor where no group has events', async () => {
    expect(await check(trip('Rome', '11:00:30'), trip('Bonn', '11:05:59'))).toEqual([]);
    expect(await check(trip('Rome', '11:00:30'))).toEqual([]);
    expect(await check()).toEqual([]);
  });
});

it('a disk with room is no finding', async () => {
  const folder = await temporaryFolder();
  try {
    expect(await found(diskCheck(folder.path, 1000))).toEqual([]);
  } finally {
    await folder.remove();
  }
});
