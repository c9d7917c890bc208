import { describe, expect, it } from 'vitest';
import { askingRoutes } from '../../support/streams/asked-routes.ts';

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
    const get = await askingRoutes('search.raw', searches);
    expect((await get('/users')).body).toEqual({ count: 2, data: { U1: 1, u1: 2 } });
    expect((await get('/hotels')).body).toEqual({ count: 2, data: { h1: 2, h2: 1 } });
    expect((await get('/advertisers')).body).toEqual({ count: 3, data: { Amoma: 3, Expedia: 2, amoma: 1 } });
  });

  it('give the true minimum of each advertiser, without those that made no offer', async () => {
    const get = await askingRoutes('search.raw', searches);
    const minima = { h1: { Amoma: 14000, Expedia: 13242 }, h2: { amoma: 5 } };
    expect((await get('/hotel_min_offer_per_advertiser')).body).toEqual(minima);
    expect((await get('/advertisers?view=min_offers')).body).toEqual(minima);
  });

  it('give, asked for the winning mode, only prices that won their search', async () => {
    const get = await askingRoutes('search.raw', searches);
    expect((await get('/hotel_min_offer_per_advertiser?mode=winning')).body).toEqual({
      h1: { Amoma: 14000, Expedia: 13242 },
      h2: { amoma: 5 },
    });
    const dearer = await askingRoutes('search.raw', searches.slice(0, 1));
    expect((await dearer('/hotel_min_offer_per_advertiser?mode=winning')).body).toEqual({ h1: { Expedia: 13242 } });
    expect((await dearer('/hotel_min_offer_per_advertiser')).body).toEqual({ h1: { Amoma: 17558, Expedia: 13242 } });
  });

  it('without any offer are counted, and have no minimum', async () => {
    const get = await askingRoutes('search.raw', [search('u1', 'h1', {}), search('u1', 'h2', { Amoma: [] })]);
    expect((await get('/users')).body).toEqual({ count: 1, data: { u1: 2 } });
    expect((await get('/advertisers')).body).toEqual({ count: 1, data: { Amoma: 1 } });
    expect((await get('/hotel_min_offer_per_advertiser')).body).toEqual({});
    expect((await get('/hotel_min_offer_per_advertiser?mode=winning')).body).toEqual({});
  });

  it('of users that are called as properties of objects are', async () => {
    const get = await askingRoutes('search.raw', [search('__proto__', 'constructor', {}), search('10', '9', {})]);
    expect(JSON.stringify((await get('/users')).body)).toBe('{"count":2,"data":{"10":1,"__proto__":1}}');
    expect(JSON.stringify((await get('/hotels')).body)).toBe('{"count":2,"data":{"9":1,"constructor":1}}');
  });

  it('are paged, minima by the link', async () => {
    const get = await askingRoutes('search.raw', searches);
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
  ])('refuse what the route does not take: %s', async (path) => {
    const get = await askingRoutes('search.raw', []);
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body.error.code).toBe('invalid_parameter');
  });
});

describe('an empty store', () => {
  it.each([
    ['/users', { count: 0, data: {} }],
    ['/hotels', { count: 0, data: {} }],
    ['/advertisers', { count: 0, data: {} }],
    ['/advertisers?view=min_offers', {}],
    ['/hotel_min_offer_per_advertiser', {}],
    ['/hotel_min_offer_per_advertiser?mode=winning', {}],
  ])('answers %s', async (path, expected) => {
    const get = await askingRoutes('search.raw', []);
    expect(await get(path)).toEqual({ status: 200, link: null, body: expected });
  });
});
