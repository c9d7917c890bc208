import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { ingestRoutes } from '../../lib/api/ingest/ingest-routes.ts';
import { openApiRoutes } from '../../lib/api/openapi/openapi-routes.ts';
import { readRoutes } from '../../lib/api/read-routes.ts';
import { served } from '../../lib/api/route.ts';
import { routeFault } from '../../lib/derive/declared-routes.ts';
import { controlRoutes } from '../../lib/local/control/control-routes.ts';
import { askedMetrics, countedStore } from '../support/counted-metrics.ts';
import { memoryMetricStore } from '../support/memory-metric-store.ts';
import type { MeteredRecord } from '../support/metered.ts';
import { contracts, refinements, shipped } from '../support/shipped.ts';
import { refinedTexts } from '../support/streams-of.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 13);

function contractOf(stream: string) {
  const found = contracts.find(({ name }) => name === stream);
  if (found === undefined) throw new Error(`no stream ${stream}`);
  return found;
}

/** What asks the shipped routes over a store in which these events are counted: those of a source, in what is refined from it. */
async function asking(stream: string, events: readonly object[], store = memoryMetricStore()) {
  const from = contractOf(stream);
  const values = events.map((event) => Buffer.from(JSON.stringify(event)));
  await countedStore(from, [values.map((value) => ({ value: value.toString(), timestampMs: NOW_MS }))], { store });
  for (const refinement of refinements.filter((one) => one.from.name === stream)) {
    const { to } = refinement;
    const records = values.flatMap((value, offset): MeteredRecord[] =>
      refinedTexts(refinement, value.toString(), NOW_MS).map((text, ordinal) => ({
        value: text,
        timestampMs: NOW_MS,
        source: { incarnation: 0, offset, ordinal, timestampMs: NOW_MS },
      })),
    );
    await countedStore(to, [records], { store });
  }
  const routes = readRoutes({ metrics: contracts.flatMap(askedMetrics), routes: shipped.routes });
  const app = createApi({
    routes: served(routes, { store, status: async () => [], troubles: () => [] }),
    report: (error) => {
      throw error;
    },
  });
  return async (path: string) => {
    const response = await app.request(path);
    return { status: response.status, link: response.headers.get('link'), body: JSON.parse(await response.text()) };
  };
}

const purchase = (country: string, amount: number, at: string) => ({
  created_at: `2026-01-31 ${at}`,
  country,
  currency: 'EUR',
  amount,
});
const purchases = [
  purchase('Germany', 100, '10:45:05'),
  purchase('Germany', 250, '10:45:59'),
  purchase('Germany', 40, '10:46:00'),
  purchase('Italy', 70, '10:45:30'),
];

describe('purchases', () => {
  const row = (at: string, country: string, count: number, amount: number, closed = false) => ({
    window_start: `2026-01-31T${at}:00Z`,
    window_end: `2026-01-31T${at.slice(0, -1)}${Number(at.slice(-1)) + 1}:00Z`,
    closed,
    country,
    purchases: count,
    amount,
  });

  it('are in windows by event time', async () => {
    const get = await asking('shop.purchases', purchases);
    expect((await get('/purchases/windows')).body).toEqual({
      count: 3,
      data: [row('10:45', 'Germany', 2, 350), row('10:45', 'Italy', 1, 70), row('10:46', 'Germany', 1, 40)],
    });
  });

  it('are chosen by country, from and to', async () => {
    const get = await asking('shop.purchases', purchases);
    const of = async (query: string) => (await get(`/purchases/windows?${query}`)).body.data;
    expect(await of('country=Italy')).toEqual([row('10:45', 'Italy', 1, 70)]);
    expect(await of('country=italy')).toEqual([]);
    expect(await of('from=2026-01-31T10:46:00Z')).toEqual([row('10:46', 'Germany', 1, 40)]);
    expect(await of('country=Germany&to=2026-01-31T11:46:00%2B01:00')).toEqual([row('10:45', 'Germany', 2, 350)]);
  });

  it('are latest by country, the greatest amount first', async () => {
    const get = await asking('shop.purchases', purchases);
    expect((await get('/purchases/latest')).body).toEqual({
      count: 2,
      data: [row('10:45', 'Italy', 1, 70), row('10:46', 'Germany', 1, 40)],
    });
  });

  it('of equal amounts come in the order of their countries', async () => {
    const get = await asking('shop.purchases', [purchase('Spain', 5, '10:45:00'), purchase('Italy', 5, '10:46:00')]);
    expect((await get('/purchases/latest')).body.data.map((one: { country: string }) => one.country)).toEqual([
      'Italy',
      'Spain',
    ]);
  });

  it('are counted', async () => {
    const get = await asking('shop.purchases', purchases);
    expect((await get('/purchases/count')).body).toEqual({ count: 4 });
  });

  it('have a closed window when event time has passed its end plus the lateness, which a later event still changes', async () => {
    const get = await asking('shop.purchases', [
      ...purchases,
      purchase('Spain', 1, '10:48:00'),
      purchase('Italy', 5, '10:45:31'),
    ]);
    expect((await get('/purchases/windows?country=Italy')).body.data).toEqual([row('10:45', 'Italy', 2, 75, true)]);
    expect((await get('/purchases/windows?country=Spain')).body.data).toEqual([row('10:48', 'Spain', 1, 1)]);
  });

  it('are paged', async () => {
    const get = await asking('shop.purchases', purchases);
    const first = await get('/purchases/windows?limit=2');
    expect(first.body).toMatchObject({ count: 3, next: expect.any(String) });
    expect(first.link).toBe(`<?limit=2&next=${first.body.next}>; rel="next"`);
    const second = await get(`/purchases/windows?limit=2&next=${first.body.next}`);
    expect(second).toMatchObject({ link: null, body: { count: 3, data: [row('10:46', 'Germany', 1, 40)] } });
    expect(second.body).not.toHaveProperty('next');
  });
});

const search = (user: string, hotel: string, advertisers: object) => ({
  user_id: user,
  hotel_id: hotel,
  search_timestamp: 1_769_864_400,
  hotel_advertisers: advertisers,
});

describe('searches', () => {
  const searches = [
    search('u1', 'h1', {
      Amoma: [{ eurocents: 17558, breakfast: 'false' }],
      Expedia: [{ eurocents: 13242, breakfast: 'false' }],
    }),
    search('u1', 'h1', { Amoma: [{ eurocents: 15000 }, { eurocents: 14000 }], Expedia: [{ eurocents: 20000 }] }),
    search('U1', 'h2', { amoma: [{ eurocents: 5 }], Amoma: [] }),
  ];

  it('are counted by user, hotel and advertiser, whose case is data', async () => {
    const get = await asking('search.raw', searches);
    expect((await get('/users')).body).toEqual({ count: 2, data: { U1: 1, u1: 2 } });
    expect((await get('/hotels')).body).toEqual({ count: 2, data: { h1: 2, h2: 1 } });
    expect((await get('/advertisers')).body).toEqual({ count: 3, data: { Amoma: 3, Expedia: 2, amoma: 1 } });
  });

  it('give the true minimum of each advertiser, without those that made no offer', async () => {
    const get = await asking('search.raw', searches);
    const minima = { h1: { Amoma: 14000, Expedia: 13242 }, h2: { amoma: 5 } };
    expect((await get('/hotel_min_offer_per_advertiser')).body).toEqual(minima);
    expect((await get('/advertisers?view=min_offers')).body).toEqual(minima);
  });

  it('give, asked for the winning mode, only prices that won their search', async () => {
    const get = await asking('search.raw', searches);
    expect((await get('/hotel_min_offer_per_advertiser?mode=winning')).body).toEqual({
      h1: { Amoma: 14000, Expedia: 13242 },
      h2: { amoma: 5 },
    });
    const dearer = await asking('search.raw', searches.slice(0, 1));
    expect((await dearer('/hotel_min_offer_per_advertiser?mode=winning')).body).toEqual({ h1: { Expedia: 13242 } });
    expect((await dearer('/hotel_min_offer_per_advertiser')).body).toEqual({ h1: { Amoma: 17558, Expedia: 13242 } });
  });

  it('without any offer are counted, and have no minimum', async () => {
    const get = await asking('search.raw', [search('u1', 'h1', {}), search('u1', 'h2', { Amoma: [] })]);
    expect((await get('/users')).body).toEqual({ count: 1, data: { u1: 2 } });
    expect((await get('/advertisers')).body).toEqual({ count: 1, data: { Amoma: 1 } });
    expect((await get('/hotel_min_offer_per_advertiser')).body).toEqual({});
    expect((await get('/hotel_min_offer_per_advertiser?mode=winning')).body).toEqual({});
  });

  it('of users that are called as properties of objects are', async () => {
    const get = await asking('search.raw', [search('__proto__', 'constructor', {}), search('10', '9', {})]);
    expect(JSON.stringify((await get('/users')).body)).toBe('{"count":2,"data":{"10":1,"__proto__":1}}');
    expect(JSON.stringify((await get('/hotels')).body)).toBe('{"count":2,"data":{"9":1,"constructor":1}}');
  });

  it('are paged, minima by the link', async () => {
    const get = await asking('search.raw', searches);
    const seen: object[] = [];
    let path: string | undefined = '/hotel_min_offer_per_advertiser?limit=1';
    while (path !== undefined) {
      const { body, link }: { body: object; link: string | null } = await get(path);
      seen.push(body);
      path = link === null ? undefined : `/hotel_min_offer_per_advertiser${/<(.*)>/.exec(link)?.[1]}`;
    }
    expect(seen).toEqual([{ h1: { Amoma: 14000 } }, { h1: { Expedia: 13242 } }, {}, { h2: { amoma: 5 } }]);
  });

  it.each([
    '/hotel_min_offer_per_advertiser?mode=cheapest',
    '/advertisers?view=',
    '/advertisers?mode=winning',
    '/users?from=2026-01-31T10:45:00Z',
    '/purchases/count?limit=1',
  ])('refuse what the route does not take: %s', async (path) => {
    const get = await asking('search.raw', []);
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body.error.code).toBe('invalid_parameter');
  });
});

it('the beginnings of the engine’s own paths are not a project’s to declare', () => {
  const own = [
    ...readRoutes({ metrics: [], routes: [] }),
    ...ingestRoutes(contracts),
    ...openApiRoutes,
    ...controlRoutes,
  ];
  const beginnings = new Set(own.map(({ path }) => path.split('/')[1] ?? ''));
  for (const beginning of [...beginnings].filter((name) => name !== '')) {
    const route = { path: `/${beginning}/mine`, summary: '', view: { shape: 'total', metric: 'x' } } as const;
    expect(routeFault([route], [])).toContain(`/${beginning} is the API’s own`);
  }
});

describe('an empty store', () => {
  it.each([
    ['/users', { count: 0, data: {} }],
    ['/hotels', { count: 0, data: {} }],
    ['/advertisers', { count: 0, data: {} }],
    ['/advertisers?view=min_offers', {}],
    ['/hotel_min_offer_per_advertiser', {}],
    ['/hotel_min_offer_per_advertiser?mode=winning', {}],
    ['/purchases/latest', { count: 0, data: [] }],
    ['/purchases/windows', { count: 0, data: [] }],
    ['/purchases/count', { count: 0 }],
  ])('answers %s', async (path, expected) => {
    const get = await asking('shop.purchases', []);
    expect(await get(path)).toEqual({ status: 200, link: null, body: expected });
  });
});
