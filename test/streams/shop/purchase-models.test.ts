import { describe, expect, it } from 'vitest';
import { exampleHouse, HOUR_MS, T } from '../../support/example-house.ts';

const { house, rows, run } = exampleHouse();

const purchase = (country: string, amount: number, at: string, currency = 'EUR') => ({
  created_at: `2026-01-31 ${at}`,
  country,
  currency,
  amount,
});

const summary = async () =>
  (await rows('select window_start, country, amount, purchases from analytics.purchase_summary order by 1, 2')).map(
    ({ window_start, country, amount, purchases }) =>
      `${window_start?.slice(11, 16)} ${country} ${amount} (${purchases})`,
  );

const EXAMPLE = [
  purchase('Germany', 100, '10:45:05'),
  purchase('Germany', 250, '10:45:59', 'USD'),
  purchase('Germany', 40, '10:46:00'),
  purchase('Italy', 70, '10:45:30'),
];

describe('purchases', () => {
  it('are summed per window and country; what is delivered again changes nothing', async () => {
    await house().produce('shop.purchases', T, EXAMPLE);
    await run();
    const expected = ['10:45 Germany 350 (2)', '10:45 Italy 70 (1)', '10:46 Germany 40 (1)'];
    expect(await summary()).toEqual(expected);
    await house().deliver('sink', { stream: 'shop.purchases', kafkaPartition: 0, from: 2, to: 4 });
    expect((await run()).published).toBe(0);
    await house().refresh({ again: true });
    expect(await summary()).toEqual(expected);
  });

  it('by currency sum to the summary', async () => {
    await house().produce('shop.purchases', T, EXAMPLE);
    await run();
    const difference = await rows(
      `select window_start, country from analytics.purchase_by_currency group by window_start, window_end, country
       having (select count(*) from analytics.purchase_summary as s where s.window_start = purchase_by_currency.window_start
         and s.country = purchase_by_currency.country and s.amount = sum(purchase_by_currency.amount)) <> 1`,
    );
    expect(difference).toEqual([]);
    expect(await rows('select count(*) as n from analytics.purchase_by_currency')).toEqual([{ n: '4' }]);
  });

  it('are shown under the other spelling, numbered by window and country', async () => {
    await house().produce('shop.purchases', T, EXAMPLE);
    await run();
    expect(await rows('select * from analytics.purchase_summmary order by id')).toEqual([
      { id: '1', country: 'Germany', amount: '350', created_at: '2026-01-31 10:45:00' },
      { id: '2', country: 'Italy', amount: '70', created_at: '2026-01-31 10:45:00' },
      { id: '3', country: 'Germany', amount: '40', created_at: '2026-01-31 10:46:00' },
    ]);
  });

  it('that come three hours late change their own window only', async () => {
    await house().produce('shop.purchases', T, EXAMPLE);
    await run();
    await house().produce('shop.purchases', T + 3 * HOUR_MS, [
      purchase('Italy', 5, '10:45:10'),
      purchase('Italy', 9, '13:00:00'),
    ]);
    await run();
    expect(await summary()).toEqual([
      '10:45 Germany 350 (2)',
      '10:45 Italy 75 (2)',
      '10:46 Germany 40 (1)',
      '13:00 Italy 9 (1)',
    ]);
  });
});
