import { describe, expect, it } from 'vitest';
import { exampleHouse, HOUR_MS, T } from '../../support/example-house.ts';

const { house, rows, run, lakeRows } = exampleHouse();

const transaction = (id: string, at: string, more: object = {}) => ({
  transactionId: id,
  productId: 'p1',
  productName: 'Lamp',
  productCategory: 'home',
  productPrice: 64.1,
  productQuantity: 3,
  productBrand: 'b',
  currency: 'USD',
  customerId: 'anna',
  transactionDate: `2026-01-31T${at}`,
  paymentMethod: 'card',
  totalAmount: 192.29999999999998,
  ...more,
});

describe('the shop', () => {
  it('has dimensions and facts of its transactions and feedback', async () => {
    await house().produce('shop.transactions', T, [transaction('t1', '10:00:00')]);
    await house().produce('shop.feedback', T, [
      {
        feedbackId: 'f1',
        customerId: 'bob',
        productId: 'unknown',
        rating: 5,
        comment: null,
        feedbackDate: '2026-02-01T01:00:00',
      },
    ]);
    await house().produce('shop.product_views', T, [
      { productId: 'p1', viewCount: 7, lastViewed: '2026-01-30 10:00:00' },
    ]);
    await house().produce('shop.website_traffic', T, [
      { pageUrl: '/home', visitCount: 9, lastVisit: '2026-01-30 10:00:00' },
    ]);
    await run();
    expect(await rows('select total_amount, product_price from prod.fact_transactions')).toEqual([
      { total_amount: '192.30', product_price: '64.10' },
    ]);
    expect(await rows('select customer_id, customer_name, customer_email from prod.dim_customer order by 1')).toEqual([
      { customer_id: 'anna', customer_name: 'anna', customer_email: 'anna@gmail.com' },
      { customer_id: 'bob', customer_name: 'bob', customer_email: 'bob@gmail.com' },
    ]);
    expect(await rows('select date_key, year, month, day, quarter from prod.dim_calendar order by 1')).toEqual([
      { date_key: '2026-01-30', year: '2026', month: '1', day: '30', quarter: '1' },
      { date_key: '2026-01-31', year: '2026', month: '1', day: '31', quarter: '1' },
      { date_key: '2026-02-01', year: '2026', month: '2', day: '1', quarter: '1' },
    ]);
    expect(await rows('select rating from prod.fact_feedback')).toEqual([{ rating: '5' }]);
    expect(await rows('select view_count from prod.fact_views')).toEqual([{ view_count: '7' }]);
    expect(await rows('select visit_count from prod.fact_traffic')).toEqual([{ visit_count: '9' }]);
  });

  it('has each product as its latest transaction has it, price and category, whatever came in last', async () => {
    await house().produce('shop.transactions', T, [
      transaction('t2', '10:30:00', { productPrice: 2, totalAmount: 6, productCategory: 'garden' }),
      transaction('t1', '10:00:00'),
    ]);
    await run();
    await house().produce('shop.transactions', T + HOUR_MS, [transaction('t0', '09:00:00', { productName: null })]);
    await run();
    const product = 'select product_name, product_category, product_price from prod.dim_product';
    expect(await rows(product)).toEqual([{ product_name: 'Lamp', product_category: 'garden', product_price: '2.00' }]);
    expect(await rows('select count(*) as n from prod.dim_product_history')).toEqual([{ n: '3' }]);
    await house().refresh({ again: true });
    expect(await rows('select count(*) as n from prod.dim_product_history')).toEqual([{ n: '3' }]);
  });

  it('has a transaction once, as its newest record says', async () => {
    await house().produce('shop.transactions', T, [
      transaction('t1', '10:00:00'),
      transaction('t1', '10:01:00', { paymentMethod: 'cash' }),
    ]);
    await house().produce('shop.transactions', T + HOUR_MS, [transaction('t1', '10:00:30', { paymentMethod: 'late' })]);
    await run();
    expect(await rows('select payment_method from prod.fact_transactions')).toEqual([{ payment_method: 'cash' }]);
  });

  it('has the good one of a batch as a row, and of the others each with its reason', async () => {
    const good = { feedbackId: 'f1', customerId: 'c', productId: 'p', rating: 5, feedbackDate: '2026-01-31 10:00:00' };
    const { feedbackId: _, ...nameless } = good;
    await house().produce('shop.feedback', T, ['{"feedbackId"', null, nameless, good]);
    await run();
    expect(await rows('select feedback_id from prod.fact_feedback')).toEqual([{ feedback_id: 'f1' }]);
    expect(await lakeRows('select reason, path from lake.dead_letters order by kafka_offset')).toEqual([
      ['not_json', ''],
      ['null_value', ''],
      ['missing', 'feedbackId'],
    ]);
  });
});
