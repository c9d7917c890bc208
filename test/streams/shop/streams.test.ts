import { describe, expect, it } from 'vitest';
import type { EventOf } from '../../../lib/contracts/contract.ts';
import { shop } from '../../../streams/shop/index.ts';
import { shopTransactions } from '../../../streams/shop/transactions.ts';
import { distinct, eventsOf, expectIntegers, factsOf } from '../../support/streams-of.ts';

const events = (name: string, count?: number) => eventsOf(shop, name, count);

it('have their documented kafka partitions, keys, event times and identities, whatever streams stand beside them', () => {
  expect(factsOf(shop)).toEqual(
    expect.arrayContaining([
      ['shop.purchases', 2, 'country', 'created_at', 'position', null],
      ['shop.transactions', 1, 'transactionId', 'transactionDate', 'transactionId', null],
      ['shop.feedback', 1, 'feedbackId', 'feedbackDate', 'feedbackId', null],
      ['shop.product_views', 1, 'productId', 'lastViewed', 'position', null],
      ['shop.website_traffic', 1, 'pageUrl', 'lastVisit', 'position', null],
    ]),
  );
});

describe('the total of a transaction', () => {
  const [rule] = shopTransactions.rules;
  if (rule === undefined) throw new Error('expected a rule');
  const event = (productPrice: string, productQuantity: number, totalAmount: string) =>
    ({
      transactionId: 't1',
      productId: 'product1',
      productName: null,
      productCategory: null,
      productPrice,
      productQuantity,
      productBrand: null,
      currency: 'USD',
      customerId: 'c1',
      transactionDate: '2026-01-31 13:00:00.000000',
      paymentMethod: null,
      totalAmount,
    }) satisfies EventOf<typeof shopTransactions.fields>;

  it.each([
    ['64.10', 3, '192.30'],
    ['64.10', 3, '192.31'],
    ['64.10', 3, '192.29'],
    ['9999999999.99', 1, '9999999999.99'],
    ['0.01', 2_147_483_647, '21474836.47'],
  ])('%s × %i may be %s', (price, quantity, total) => {
    expect(rule.holds(event(price, quantity, total))).toBe(true);
  });

  it.each([
    ['64.10', 3, '192.32'],
    ['64.10', 3, '192.28'],
    ['9999999999.99', 2, '9999999999.99'],
    ['0.01', 2_147_483_647, '21474836.45'],
    ['1.00', 1, '-1.00'],
  ])('%s × %i may not be %s', (price, quantity, total) => {
    expect(rule.holds(event(price, quantity, total))).toBe(false);
  });
});

describe('generated', () => {
  it('purchases: five countries, amounts 10..2000', () => {
    const made = events('shop.purchases');
    expect(distinct(made.map(({ country }) => country))).toBe(5);
    expectIntegers(
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
    expectIntegers(
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
    expectIntegers(
      events('shop.product_views').map(({ viewCount }) => viewCount),
      1,
      100,
    );
    const traffic = events('shop.website_traffic');
    expectIntegers(
      traffic.map(({ visitCount }) => visitCount),
      1,
      1000,
    );
    expect(new Set(traffic.map(({ pageUrl }) => pageUrl))).toEqual(
      new Set(['/home', '/products', '/cart', '/checkout', '/contact', '/about']),
    );
  });
});
