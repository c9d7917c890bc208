import { describe, expect, it } from 'vitest';
import { search } from '../../../streams/search/index.ts';
import { offersOfSearch } from '../../../streams/search/offers-of-search.ts';
import { processedSearch } from '../../../streams/search/processed-search.ts';
import {
  distinct,
  EVENTS_FROM_MS,
  eventsOf,
  expectIntegers,
  factsOf,
  range,
  refined,
  refinedTexts,
} from '../../support/streams-of.ts';

const events = (name: string, count?: number) => eventsOf(search, name, count);

it('have their documented kafka partitions, keys, event times and identities, whatever streams stand beside them', () => {
  expect(factsOf(search)).toEqual(
    expect.arrayContaining([
      ['search.raw', 4, 'hotel_id', 'search_timestamp', 'position', null],
      ['search.processed', 4, 'hotel_id', 'search_timestamp', 'position', 'search.raw'],
      ['search.offers', 4, 'hotel_id', 'search_timestamp', 'position', 'search.raw'],
    ]),
  );
});

interface Offer {
  readonly eurocents: number;
  readonly breakfast: boolean | string;
}

describe('generated', () => {
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
    expectIntegers(
      offers.map(({ eurocents }) => eurocents),
      3804,
      39_998,
    );
    expect(new Set(offers.map(({ breakfast }) => breakfast))).toEqual(new Set([true, false, 'true', 'false']));
    expect(made[0].search_timestamp).toBe(Math.floor(EVENTS_FROM_MS / 1000));
  });
});

const searchText = (hotelAdvertisers: string, timestamp = '1769860800') =>
  `{"user_id":"u1","hotel_id":"h1","search_timestamp":${timestamp},"hotel_advertisers":${hotelAdvertisers},"event_id":"e"}`;

const EXAMPLE =
  '{"Amoma":[{"eurocents":17558,"breakfast":"false"}],"Expedia":[{"eurocents":13242,"breakfast":"false"}]}';

describe('search.processed', () => {
  const processed = (advertisers: string, timestamp?: string) =>
    refined(search, 'search.processed', searchText(advertisers, timestamp));

  it('has the advertisers and the cheapest offer, and exactly five fields', () => {
    expect(processed(EXAMPLE)).toEqual([
      {
        user_id: 'u1',
        hotel_id: 'h1',
        search_timestamp: 1769860800,
        advertisers: ['Amoma', 'Expedia'],
        min_offer: { price: 13242, advertiser: 'Expedia' },
      },
    ]);
  });

  it('keeps the order of the document, names that look like integers included', () => {
    const [event] = processed('{"b":[],"10":[{"eurocents":5}],"2":[{"eurocents":5}],"a":[]}');
    expect(event).toMatchObject({ advertisers: ['b', '10', '2', 'a'], min_offer: { price: 5, advertiser: '10' } });
  });

  it('has no cheapest offer where there is none', () => {
    expect(processed('{}')).toMatchObject([{ advertisers: [], min_offer: null }]);
    expect(processed('{"a":[]}')).toMatchObject([{ advertisers: ['a'], min_offer: null }]);
  });

  it.each([
    '1769860800',
    '1769860800.25',
    '0',
    '1769860800.1234567',
    '1769860800.123456789012345678',
    '1769860800.10',
    '1.7698608e9',
  ])('passes on %s as it came', (timestamp) => {
    const [text] = refinedTexts(processedSearch, searchText('{}', timestamp));
    expect(text).toContain(`"search_timestamp":${timestamp},`);
    const [offer] = refinedTexts(offersOfSearch, searchText('{"Tui":[]}', timestamp));
    expect(offer).toContain(`"search_timestamp":${timestamp},`);
  });
});

describe('search.offers', () => {
  it('has one event for each advertiser, those without an offer too', () => {
    const advertisers = '{"Amoma":[{"eurocents":7},{"eurocents":5,"breakfast":true}],"Tui":[]}';
    expect(refined(search, 'search.offers', searchText(advertisers))).toMatchObject([
      { advertiser: 'Amoma', min_price: 5, offers: 2, user_id: 'u1', hotel_id: 'h1', search_timestamp: 1769860800 },
      { advertiser: 'Tui', min_price: null, offers: 0 },
    ]);
  });
});
