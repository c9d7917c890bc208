import { describe, expect, it } from 'vitest';
import { askingRoutes } from '../../support/streams/asked-routes.ts';

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
    const get = await askingRoutes('shop.purchases', purchases);
    expect((await get('/purchases/windows')).body).toEqual({
      count: 3,
      data: [row('10:45', 'Germany', 2, 350), row('10:45', 'Italy', 1, 70), row('10:46', 'Germany', 1, 40)],
    });
  });

  it('are chosen by country, from and to', async () => {
    const get = await askingRoutes('shop.purchases', purchases);
    const of = async (query: string) => (await get(`/purchases/windows?${query}`)).body.data;
    expect(await of('country=Italy')).toEqual([row('10:45', 'Italy', 1, 70)]);
    expect(await of('country=italy')).toEqual([]);
    expect(await of('from=2026-01-31T10:46:00Z')).toEqual([row('10:46', 'Germany', 1, 40)]);
    expect(await of('country=Germany&to=2026-01-31T11:46:00%2B01:00')).toEqual([row('10:45', 'Germany', 2, 350)]);
  });

  it('are latest by country, the greatest amount first', async () => {
    const get = await askingRoutes('shop.purchases', purchases);
    expect((await get('/purchases/latest')).body).toEqual({
      count: 2,
      data: [row('10:45', 'Italy', 1, 70), row('10:46', 'Germany', 1, 40)],
    });
  });

  it('of equal amounts come in the order of their countries', async () => {
    const get = await askingRoutes('shop.purchases', [
      purchase('Spain', 5, '10:45:00'),
      purchase('Italy', 5, '10:46:00'),
    ]);
    expect((await get('/purchases/latest')).body.data.map((one: { country: string }) => one.country)).toEqual([
      'Italy',
      'Spain',
    ]);
  });

  it('are counted', async () => {
    const get = await askingRoutes('shop.purchases', purchases);
    expect((await get('/purchases/count')).body).toEqual({ count: 4 });
  });

  it('have a closed window when event time has passed its end plus the lateness, which a later event still changes', async () => {
    const get = await askingRoutes('shop.purchases', [
      ...purchases,
      purchase('Spain', 1, '10:48:00'),
      purchase('Italy', 5, '10:45:31'),
    ]);
    expect((await get('/purchases/windows?country=Italy')).body.data).toEqual([row('10:45', 'Italy', 2, 75, true)]);
    expect((await get('/purchases/windows?country=Spain')).body.data).toEqual([row('10:48', 'Spain', 1, 1)]);
  });

  it('are paged', async () => {
    const get = await askingRoutes('shop.purchases', purchases);
    const first = await get('/purchases/windows?limit=2');
    expect(first.body).toMatchObject({ count: 3, next: expect.any(String) });
    expect(first.link).toBe(`<?limit=2&next=${first.body.next}>; rel="next"`);
    const second = await get(`/purchases/windows?limit=2&next=${first.body.next}`);
    expect(second).toMatchObject({ link: null, body: { count: 3, data: [row('10:46', 'Germany', 1, 40)] } });
    expect(second.body).not.toHaveProperty('next');
  });

  it.each(['/purchases/count?limit=1', '/purchases/windows?city=Rome', '/purchases/latest?country=Italy'])(
    'refuse what the route does not take: %s',
    async (path) => {
      const get = await askingRoutes('shop.purchases', []);
      expect(await get(path)).toMatchObject({ status: 400, body: { error: { code: 'invalid_parameter' } } });
    },
  );
});

describe('an empty store', () => {
  it.each([
    ['/purchases/latest', { count: 0, data: [] }],
    ['/purchases/windows', { count: 0, data: [] }],
    ['/purchases/count', { count: 0 }],
  ])('answers %s', async (path, expected) => {
    const get = await askingRoutes('shop.purchases', []);
    expect(await get(path)).toEqual({ status: 200, link: null, body: expected });
  });
});
