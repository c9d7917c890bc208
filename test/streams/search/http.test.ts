import { describe, expect, it } from 'vitest';
import { shippedOverHttp } from '../../support/shipped-over-http.ts';

const { get, post, answers } = shippedOverHttp();

describe('weir start, over HTTP', () => {
  it('answers an empty store', async () => {
    for (const path of ['/users', '/hotels', '/advertisers']) expect(await get(path)).toEqual({ count: 0, data: {} });
    for (const path of ['/hotel_min_offer_per_advertiser', '/advertisers?view=min_offers']) {
      expect(await get(path)).toEqual({});
    }
  });

  it('has posted searches by user, hotel and advertiser, as they are spelled, and the true minima', async () => {
    const search = (user: string, hotel: string, advertisers: object) => ({
      user_id: user,
      hotel_id: hotel,
      search_timestamp: 1_769_864_400,
      hotel_advertisers: advertisers,
    });
    await post('search.raw', [
      search('u1', 'h1', {
        Amoma: [{ eurocents: 17558, breakfast: 'false' }],
        Expedia: [{ eurocents: 13242, breakfast: 'false' }],
      }),
      search('U1', 'h1', { Amoma: [{ eurocents: 15000 }], amoma: [] }),
      search('u1', 'h2', {}),
    ]);
    await answers('/advertisers').toEqual({ count: 3, data: { Amoma: 2, Expedia: 1, amoma: 1 } });
    await answers('/users').toEqual({ count: 2, data: { U1: 1, u1: 2 } });
    await answers('/hotels').toEqual({ count: 2, data: { h1: 2, h2: 1 } });
    const minima = { h1: { Amoma: 15000, Expedia: 13242 } };
    await answers('/hotel_min_offer_per_advertiser').toEqual(minima);
    expect(await get('/advertisers?view=min_offers')).toEqual(minima);
    await answers('/hotel_min_offer_per_advertiser?mode=winning').toEqual(minima);
  });
});
