import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventSource } from '../../lib/generators/event-source.ts';
import { gaps } from '../../lib/generators/gaps.ts';
import { MAX_SEED } from '../../lib/generators/seeded-faker.ts';
import { generators } from '../support/shipped.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 13, 0, 0, 123);
interface Message {
  readonly sender_type: string;
  readonly message_date: string;
}

interface Offer {
  readonly eurocents: number;
  readonly breakfast: boolean | string;
}

const seeds = fc.integer({ min: 0, max: MAX_SEED });

/** `count` events of a stream, a second apart, as the bytes that would be sent. */
function eventTexts(stream: string, seed: number | null, count: number): readonly string[] {
  const source = eventSource(generatorOf(stream), seed);
  return Array.from({ length: count }, (_, index) => JSON.stringify(source(NOW_MS + index * 1000)));
}

function generatorOf(stream: string) {
  const found = generators.find((generator) => generator.stream === stream);
  if (found === undefined) throw new Error(`no generator for ${stream}`);
  return found;
}

const events = (stream: string, count = 400) => eventTexts(stream, 7, count).map((text) => JSON.parse(text));

const distinct = (values: readonly unknown[]) => new Set(values).size;
const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;

function expectWithin(values: readonly number[], least: number, most: number): void {
  const [lowest, highest] = range(values);
  expect(values.every(Number.isInteger)).toBe(true);
  expect(lowest).toBeGreaterThanOrEqual(least);
  expect(highest).toBeLessThanOrEqual(most);
}

describe('every generator', () => {
  it('serves one of the eight generated streams, and none is served twice', () => {
    expect(generators.map(({ stream }) => stream).sort()).toEqual([
      'chat.rooms',
      'people.profiles',
      'search.raw',
      'shop.feedback',
      'shop.product_views',
      'shop.purchases',
      'shop.transactions',
      'shop.website_traffic',
    ]);
  });

  it('makes the same events byte for byte from the same seed, times and count', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...generators), (seed, { stream }) => {
        expect(eventTexts(stream, seed, 5)).toEqual(eventTexts(stream, seed, 5));
      }),
      { numRuns: 60 },
    );
  });

  it('makes other events from another seed, and from no seed', () => {
    for (const { stream } of generators) {
      const texts = [eventTexts(stream, 1, 5), eventTexts(stream, 2, 5), eventTexts(stream, null, 5)];
      expect(distinct(texts.map(String)), stream).toBe(3);
    }
  });

  it('keeps its documented pace', () => {
    const paces = Object.fromEntries(generators.map(({ stream, everyMs }) => [stream, everyMs]));
    expect(paces).toEqual({
      'shop.purchases': [100, 1000],
      'people.profiles': [60_000, 60_000],
      'shop.transactions': [10_000, 10_000],
      'shop.feedback': [10_000, 10_000],
      'shop.product_views': [10_000, 10_000],
      'shop.website_traffic': [10_000, 10_000],
      'chat.rooms': [1000, 1000],
      'search.raw': [1000, 1000],
    });
    const [least, most] = range(Array.from({ length: 500 }, gaps(generatorOf('shop.purchases'), 7)));
    expect(least).toBeGreaterThanOrEqual(100);
    expect(most).toBeLessThanOrEqual(1000);
    expect(most - least).toBeGreaterThan(800);
  });

  it('takes event times from the time it is given', () => {
    const [text] = eventTexts('people.profiles', 7, 1);
    expect(JSON.parse(text ?? '').event_timestamp).toBe('2026-01-31T13:00:00.123Z');
  });
});

describe('the documented ranges', () => {
  it('purchases: five countries, amounts 10..2000', () => {
    const made = events('shop.purchases');
    expect(distinct(made.map(({ country }) => country))).toBe(5);
    expectWithin(
      made.map(({ amount }) => amount),
      10,
      2000,
    );
  });

  it('transactions: six products, names, categories and brands; prices in cents; the total is price times quantity', () => {
    const made = events('shop.transactions');
    for (const name of ['productId', 'productName', 'productCategory', 'productBrand']) {
      expect(distinct(made.map((event) => event[name])), name).toBe(6);
    }
    expect(new Set(made.map(({ currency }) => currency))).toEqual(new Set(['USD', 'GBP']));
    expect(distinct(made.map(({ paymentMethod }) => paymentMethod))).toBe(3);
    expectWithin(
      made.map(({ productQuantity }) => productQuantity),
      1,
      10,
    );
    for (const { productPrice, productQuantity, totalAmount } of made) {
      expect(productPrice).toBeGreaterThanOrEqual(10);
      expect(productPrice).toBeLessThanOrEqual(1000);
      expect(String(productPrice)).toMatch(/^\d+(\.\d{1,2})?$/);
      expect(String(totalAmount)).toMatch(/^\d+(\.\d{1,2})?$/);
      expect(Math.round(totalAmount * 100)).toBe(Math.round(productPrice * 100) * productQuantity);
    }
  });

  it('feedback 1..5, views 1..100, visits 1..1000 on six pages', () => {
    expect(new Set(events('shop.feedback').map(({ rating }) => rating))).toEqual(new Set([1, 2, 3, 4, 5]));
    expectWithin(
      events('shop.product_views').map(({ viewCount }) => viewCount),
      1,
      100,
    );
    const traffic = events('shop.website_traffic');
    expectWithin(
      traffic.map(({ visitCount }) => visitCount),
      1,
      1000,
    );
    expect(new Set(traffic.map(({ pageUrl }) => pageUrl))).toEqual(
      new Set(['/home', '/products', '/cart', '/checkout', '/contact', '/about']),
    );
  });

  it('rooms: five channels, 1..5 messages in order of time, the last one of now, a phone that begins with zero', () => {
    const made = events('chat.rooms');
    expect(new Set(made.map(({ channel }) => channel))).toEqual(
      new Set(['ads', 'website', 'campaign', 'organic', 'direct']),
    );
    expect(range(made.map(({ messages }) => messages.length))).toEqual([1, 5]);
    for (const [index, { room_created_at, customer, messages }] of made.entries()) {
      const times = messages.map(({ message_date }: Message) => message_date);
      expect([room_created_at, ...times]).toEqual([room_created_at, ...times].sort());
      expect(times.at(-1)).toBe(new Date(NOW_MS + index * 1000).toISOString());
      expect(customer.phone).toMatch(/^0\d{9}$/);
    }
    const senders = made.flatMap(({ messages }) => messages.map(({ sender_type }: Message) => sender_type));
    expect(new Set(senders)).toEqual(new Set(['customer', 'agent', 'system']));
  });

  it('searches: 200 users, 13 hotels, 1..6 of six advertisers with 1..7 offers each, 3804..39998 eurocents', () => {
    const made = events('search.raw', 3000);
    expect(distinct(made.map(({ user_id }) => user_id))).toBe(200);
    expect(distinct(made.map(({ hotel_id }) => hotel_id))).toBe(13);
    const maps = made.map(({ hotel_advertisers }) => hotel_advertisers);
    expect(distinct(maps.flatMap(Object.keys))).toBe(6);
    expect(range(maps.map((map) => Object.keys(map).length))).toEqual([1, 6]);
    const lists: readonly Offer[][] = maps.flatMap((map) => Object.values<Offer[]>(map));
    expect(range(lists.map((list) => list.length))).toEqual([1, 7]);
    const offers = lists.flat();
    expectWithin(
      offers.map(({ eurocents }) => eurocents),
      3804,
      39_998,
    );
    expect(new Set(offers.map(({ breakfast }) => breakfast))).toEqual(new Set([true, false, 'true', 'false']));
    expect(made[0].search_timestamp).toBe(Math.floor(NOW_MS / 1000));
  });
});
