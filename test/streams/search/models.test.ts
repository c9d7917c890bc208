import { describe, expect, it } from 'vitest';
import { exampleHouse, HOUR_MS, T } from '../../support/example-house.ts';

const { house, rows, run, lakeRows } = exampleHouse();

const SEARCH = {
  user_id: 'u1',
  hotel_id: 'h1',
  search_timestamp: T / 1000,
  hotel_advertisers: {
    Amoma: [{ eurocents: 17558, breakfast: 'false' }],
    Expedia: [{ eurocents: 13242, breakfast: 'false' }],
    Tui: [],
  },
};

describe('searches', () => {
  it('are refined, counted, and their least offers kept', async () => {
    await house().produce('search.raw', T, [SEARCH]);
    await house().produce('search.raw', T + HOUR_MS, [
      { ...SEARCH, hotel_advertisers: { Amoma: [{ eurocents: 20000 }, { eurocents: 9000 }] } },
    ]);
    await run();
    expect(await rows('select * exclude (key_hash) from analytics.search_users')).toEqual([
      { user_id: 'u1', searches: '2' },
    ]);
    expect(await rows('select * exclude (key_hash) from analytics.search_hotels')).toEqual([
      { hotel_id: 'h1', searches: '2' },
    ]);
    expect(await rows('select * exclude (key_hash) from analytics.search_advertisers order by 1')).toEqual([
      { advertiser: 'Amoma', searches: '2' },
      { advertiser: 'Expedia', searches: '1' },
      { advertiser: 'Tui', searches: '1' },
    ]);
    expect(await rows('select advertiser, min_price from analytics.hotel_min_offers order by 1')).toEqual([
      { advertiser: 'Amoma', min_price: '9000' },
      { advertiser: 'Expedia', min_price: '13242' },
    ]);
  });

  it('count once, however often the refiner repeats them', async () => {
    await house().produce('search.raw', T, [SEARCH, SEARCH]);
    await house().settle();
    await house().deliver('refine', { stream: 'search.raw', kafkaPartition: 0, from: 0, to: 2 });
    await house().deliver('refine', { stream: 'search.raw', kafkaPartition: 0, from: 1, to: 2 });
    await run();
    expect(await rows('select * exclude (key_hash) from analytics.search_users')).toEqual([
      { user_id: 'u1', searches: '2' },
    ]);
    expect(await lakeRows('select count(*) from lake.dead_letters')).toEqual([['0']]);
  });

  it('are refined to advertisers in their order and the winning offer', async () => {
    const { Tui: _, ...offering } = SEARCH.hotel_advertisers;
    await house().produce('search.raw', T, [{ ...SEARCH, hotel_advertisers: offering }]);
    await run();
    expect(await lakeRows('select advertisers, min_offer from lake.search_processed')).toEqual([
      ['["Amoma","Expedia"]', '{"price":13242,"advertiser":"Expedia"}'],
    ]);
  });
});
