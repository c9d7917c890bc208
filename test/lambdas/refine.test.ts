import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/refine/handler.ts';
import type { Refinement } from '../../lib/pipeline/refine/refinement.ts';
import { refinementError } from '../../lib/pipeline/refine/refinement-error.ts';
import { sourcePosition } from '../../lib/pipeline/source-position.ts';
import { contracts, refinements } from '../support/fixture-project.ts';
import { type Append, recordedAppends } from '../support/recorded-appends.ts';

const SEARCH = {
  user_id: 'u',
  hotel_id: 'h',
  search_timestamp: 1769860800,
  hotel_advertisers: { a: [{ eurocents: 1 }], b: [] },
};

const record = (kafkaPartition: number, offset: number, value: unknown) => ({
  topic: 'search.raw',
  partition: kafkaPartition,
  offset,
  timestamp: 1769860801000 + offset,
  timestampType: 'LOG_APPEND_TIME' as const,
  key: '',
  value: Buffer.from(JSON.stringify(value)).toString('base64'),
  headers: [],
});

const eventOf = (...records: ReturnType<typeof record>[]) => ({
  eventSource: 'aws:kafka' as const,
  eventSourceArn: '',
  bootstrapServers: '',
  records: Object.fromEntries(
    [...new Set(records.map(({ partition }) => partition))].map((partition) => [
      `search.raw-${partition}`,
      records.filter((one) => one.partition === partition),
    ]),
  ),
});

function handlerOn(log: ReturnType<typeof recordedAppends>['log'], own: readonly Refinement[] = refinements) {
  const streamOf = (topic: string) => ({
    topic,
    contract: contracts.find(({ name }) => name === topic) ?? null,
    incarnation: 2,
  });
  return createHandler({ log, refinements: own, topicOf: (stream) => stream, streamOf });
}

const offersOf = (appends: readonly Append[]) =>
  appends
    .filter(({ topic }) => topic === 'search.offers')
    .flatMap(({ kafkaPartition, records }) =>
      records.map(({ headers, key }) => ({ kafkaPartition, key: String(key), ...sourcePosition(headers) })),
    );

describe('the refine handler', () => {
  it('appends to the same kafka partition, in order, with the source’s position', async () => {
    const { log, appends } = recordedAppends(4);
    const counts = await handlerOn(log)(eventOf(record(3, 7, SEARCH), record(3, 8, 'no event'), record(3, 9, SEARCH)));
    const common = { kafkaPartition: 3, key: 'h', incarnation: 2 };
    expect(offersOf(appends)).toEqual([
      { ...common, offset: 7, ordinal: 0, timestampMs: 1769860801007 },
      { ...common, offset: 7, ordinal: 1, timestampMs: 1769860801007 },
      { ...common, offset: 9, ordinal: 0, timestampMs: 1769860801009 },
      { ...common, offset: 9, ordinal: 1, timestampMs: 1769860801009 },
    ]);
    expect(counts).toEqual({ records: 3, events: 6, skipped: 1 });
  });

  it('has one request in flight in each kafka partition, and sends nothing after one that failed', async () => {
    const inFlight = new Map<string, number>();
    let requests = 0;
    const { log } = recordedAppends(4, async ({ topic, kafkaPartition }) => {
      const place = `${topic} ${kafkaPartition}`;
      inFlight.set(place, (inFlight.get(place) ?? 0) + 1);
      expect(inFlight.get(place)).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight.set(place, 0);
      if (topic === 'search.offers' && ++requests === 2) throw new Error('planted');
    });
    const wide = {
      ...SEARCH,
      hotel_advertisers: Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`a${n}`, []])),
    };
    const records = Array.from({ length: 5 }, (_, offset) => record(0, offset, wide));
    await expect(handlerOn(log)(eventOf(...records))).rejects.toThrow('planted');
    expect(requests).toBe(2);
  });

  it('continues where it has failed when the batch comes again: neither what went before nor another kafka partition is repeated', async () => {
    let isBroken = true;
    const { log, appends } = recordedAppends(4, ({ topic, kafkaPartition, records }) => {
      const isLate = records.some(({ headers }) => (sourcePosition(headers)?.offset ?? 0) >= 20);
      if (isBroken && topic === 'search.offers' && kafkaPartition === 2 && isLate) throw new Error('planted');
    });
    const handle = handlerOn(log);
    const wide = {
      ...SEARCH,
      hotel_advertisers: Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`a${n}`, []])),
    };
    const event = eventOf(record(1, 7, SEARCH), record(2, 10, wide), record(2, 20, wide), record(2, 21, SEARCH));
    for (let attempt = 0; attempt < 3; attempt += 1) await expect(handle(event)).rejects.toThrow('planted');
    isBroken = false;
    await handle(event);
    await handle(event);
    const places = (topic: string) =>
      appends
        .filter((append) => append.topic === topic)
        .flatMap(({ kafkaPartition, records }) =>
          records.map(({ headers }) => {
            const { offset, ordinal } = sourcePosition(headers) ?? { offset: -1, ordinal: -1 };
            return `${kafkaPartition} ${offset} ${ordinal}`;
          }),
        );
    for (const [topic, events] of [
      ['search.processed', 4],
      ['search.offers', 2 + 2 * 3000 + 2],
    ] as const) {
      expect(places(topic)).toHaveLength(events);
      expect(new Set(places(topic)).size).toBe(events);
    }
  });

  it('appends the records of a topic that was recreated though their offsets were appended before', async () => {
    const { log, appends } = recordedAppends(4);
    const handle = handlerOn(log);
    const batch = (userId: string) =>
      eventOf(...[7, 8].map((offset) => record(1, offset, { ...SEARCH, user_id: userId })));
    for (const userId of ['before', 'before', 'anew']) await handle(batch(userId));
    const users = appends
      .filter(({ topic }) => topic === 'search.processed')
      .flatMap(({ records }) => records.map(({ value }) => JSON.parse(String(value)).user_id));
    expect(users).toEqual(['before', 'before', 'anew', 'anew']);
  });

  it('puts one record in the place of an event that its code throws on, or makes no JSON of, and continues', async () => {
    const [of] = refinements.filter(({ to }) => to.name === 'search.offers');
    if (of === undefined) throw new Error('expected the refinement to search.offers');
    const refine: Refinement['refine'] = (event, source) => {
      if (event.user_id === 'bad') throw new RangeError('secret');
      if (event.user_id === 'huge') return [{ user_id: 1n as unknown as number }];
      return of.refine(event, source);
    };
    const { log, appends } = recordedAppends(4);
    const bad = { ...SEARCH, user_id: 'bad' };
    const counts = await handlerOn(log, [{ ...of, refine }])(
      eventOf(
        record(3, 7, SEARCH),
        record(3, 8, bad),
        record(3, 9, { ...SEARCH, user_id: 'huge' }),
        record(3, 10, SEARCH),
      ),
    );
    expect(counts).toEqual({ records: 4, events: 6, skipped: 0 });
    const records = appends.flatMap((append) => append.records);
    expect(records.map(({ headers }) => sourcePosition(headers)?.offset)).toEqual([7, 7, 8, 9, 10, 10]);
    expect(records.map(({ headers }) => refinementError(headers))).toEqual([
      ...[undefined, undefined, 'RangeError', 'TypeError', undefined, undefined],
    ]);
    expect(String(records[2]?.value)).toBe(JSON.stringify(bad));
    expect(JSON.stringify(records[2]?.headers.map(({ value }) => String(value)))).not.toContain('secret');
  });

  it('fails on a topic that is not refined', async () => {
    const event = eventOf({ ...record(0, 0, {}), topic: 'shop.purchases' });
    await expect(handlerOn(recordedAppends(4).log)(event)).rejects.toThrow(
      'expected the topic of a stream that is refined',
    );
  });
});
