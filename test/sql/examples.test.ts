import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { query } from '../../lib/local/query/query.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { contracts } from '../support/shipped.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const T = Date.UTC(2026, 0, 31, 10, 46, 30);
const HOUR_MS = 3_600_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let house: Awaited<ReturnType<typeof lakehouse>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  house = await lakehouse(folder.path);
});
afterEach(async () => {
  await house.close();
  await folder.remove();
});

/** Everything on the topics into the lake and through the models; every model must be published. */
async function run() {
  await house.settle();
  const counts = await house.refresh();
  expect(counts.failures).toEqual([]);
  expect(counts.stopped).toBe(0);
  return counts;
}

/** As `weir query` shows them: every hour of the lake, the models' tables beside it. */
async function lakeRows(sql: string): Promise<readonly unknown[]> {
  await house.close();
  const { rows } = await query(localLake(dataFolder(folder.path), contracts), sql);
  const found: unknown[] = [];
  for await (const chunk of rows) found.push(...chunk);
  return found;
}

const message = (id: string, at: string, text = 'hello') => ({
  message_id: id,
  sender_type: 'customer',
  message_text: text,
  message_date: `2026-01-31 ${at}`,
});

const room = (messages: unknown[] | null, customer: object = {}) => ({
  room_id: 'r1',
  room_created_at: '2026-01-31 10:00:00',
  channel: 'ads',
  customer: { customer_id: 'c1', customer_name: 'Ann', phone: '0170', ...customer },
  messages,
});

const counts = async () => {
  const [row] = await house.rows(
    `select (select count(*) from raw.chat_messages) as raw, (select count(*) from analytics.customers) as customers,
      (select count(*) from analytics.rooms) as rooms, (select count(*) from analytics.messages) as messages`,
  );
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
};

describe('chat', () => {
  it('one room with two messages is two rows in raw, one customer, one room, two messages', async () => {
    await house.produce('chat.rooms', T, [room([message('m1', '10:01:00'), message('m2', '10:02:00')])]);
    await run();
    expect(await counts()).toEqual({ raw: 2, customers: 1, rooms: 1, messages: 2 });
    expect(await house.rows('select phone from raw.chat_messages')).toEqual([{ phone: '0170' }, { phone: '0170' }]);
    expect(await house.rows('select customer_name, phone from analytics.customers')).toEqual([
      { customer_name: 'Ann', phone: '0170' },
    ]);
  });

  it('the same room twice, then again with one message repeated and one new: exactly three messages', async () => {
    const first = room([message('m1', '10:01:00'), message('m2', '10:02:00')]);
    await house.produce('chat.rooms', T, [first, first]);
    await run();
    expect(await counts()).toEqual({ raw: 2, customers: 1, rooms: 1, messages: 2 });
    await house.produce('chat.rooms', T + HOUR_MS, [room([message('m2', '10:02:00'), message('m3', '10:03:00')])]);
    await run();
    expect(await counts()).toEqual({ raw: 3, customers: 1, rooms: 1, messages: 3 });
  });

  it('a room without messages gives none, and still updates room and customer', async () => {
    await house.produce('chat.rooms', T, [room(null)]);
    await run();
    expect(await counts()).toEqual({ raw: 0, customers: 1, rooms: 1, messages: 0 });
  });

  const customer = async () =>
    (await house.rows('select customer_name, phone, created_at from analytics.customers'))[0];

  it('a stale customer event changes nothing; a newer one changes the attributes, not created_at', async () => {
    await house.produce('chat.rooms', T, [room([message('m1', '10:30:00')])]);
    await run();
    const before = await customer();
    expect(before).toMatchObject({ customer_name: 'Ann', created_at: '2026-01-31 10:46:30' });
    await house.produce('chat.rooms', T + HOUR_MS, [room([message('m0', '10:05:00')], { customer_name: 'Old' })]);
    await run();
    expect(await customer()).toEqual(before);
    await house.produce('chat.rooms', T + 2 * HOUR_MS, [
      room([message('m9', '11:05:00')], { customer_name: 'New', phone: null }),
    ]);
    await run();
    expect(await customer()).toEqual({ ...before, customer_name: 'New', phone: null });
  });

  it('a backfill of an earlier hour lowers created_at', async () => {
    await house.produce('chat.rooms', T + HOUR_MS, [room([message('m1', '10:30:00')])]);
    await house.produce('chat.rooms', T, [room([message('m0', '10:05:00')], { customer_name: 'Old' })], 1);
    await house.settle();
    await house.refresh({ hours: [{ dt: '2026-01-31', hour: 11 }] });
    expect(await customer()).toMatchObject({ customer_name: 'Ann', created_at: '2026-01-31 11:46:30' });
    await house.refresh({ hours: [{ dt: '2026-01-31', hour: 10 }] });
    expect(await customer()).toMatchObject({ customer_name: 'Ann', created_at: '2026-01-31 10:46:30' });
  });
});

const purchase = (country: string, amount: number, at: string, currency = 'EUR') => ({
  created_at: `2026-01-31 ${at}`,
  country,
  currency,
  amount,
});

const summary = async () =>
  (
    await house.rows('select window_start, country, amount, purchases from analytics.purchase_summary order by 1, 2')
  ).map(
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
    await house.produce('shop.purchases', T, EXAMPLE);
    await run();
    const expected = ['10:45 Germany 350 (2)', '10:45 Italy 70 (1)', '10:46 Germany 40 (1)'];
    expect(await summary()).toEqual(expected);
    await house.deliver('sink', { stream: 'shop.purchases', kafkaPartition: 0, from: 2, to: 4 });
    expect((await run()).published).toBe(0);
    await house.refresh({ again: true });
    expect(await summary()).toEqual(expected);
  });

  it('by currency sum to the summary', async () => {
    await house.produce('shop.purchases', T, EXAMPLE);
    await run();
    const difference = await house.rows(
      `select window_start, country from analytics.purchase_by_currency group by window_start, window_end, country
       having (select count(*) from analytics.purchase_summary as s where s.window_start = purchase_by_currency.window_start
         and s.country = purchase_by_currency.country and s.amount = sum(purchase_by_currency.amount)) <> 1`,
    );
    expect(difference).toEqual([]);
    expect(await house.rows('select count(*) as n from analytics.purchase_by_currency')).toEqual([{ n: '4' }]);
  });

  it('are shown under the other spelling, numbered by window and country', async () => {
    await house.produce('shop.purchases', T, EXAMPLE);
    await run();
    expect(await house.rows('select * from analytics.purchase_summmary order by id')).toEqual([
      { id: '1', country: 'Germany', amount: '350', created_at: '2026-01-31 10:45:00' },
      { id: '2', country: 'Italy', amount: '70', created_at: '2026-01-31 10:45:00' },
      { id: '3', country: 'Germany', amount: '40', created_at: '2026-01-31 10:46:00' },
    ]);
  });

  it('that come three hours late change their own window only', async () => {
    await house.produce('shop.purchases', T, EXAMPLE);
    await run();
    await house.produce('shop.purchases', T + 3 * HOUR_MS, [
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
    await house.produce('search.raw', T, [SEARCH]);
    await house.produce('search.raw', T + HOUR_MS, [
      { ...SEARCH, hotel_advertisers: { Amoma: [{ eurocents: 20000 }, { eurocents: 9000 }] } },
    ]);
    await run();
    expect(await house.rows('select * exclude (key_hash) from analytics.search_users')).toEqual([
      { user_id: 'u1', searches: '2' },
    ]);
    expect(await house.rows('select * exclude (key_hash) from analytics.search_hotels')).toEqual([
      { hotel_id: 'h1', searches: '2' },
    ]);
    expect(await house.rows('select * exclude (key_hash) from analytics.search_advertisers order by 1')).toEqual([
      { advertiser: 'Amoma', searches: '2' },
      { advertiser: 'Expedia', searches: '1' },
      { advertiser: 'Tui', searches: '1' },
    ]);
    expect(await house.rows('select advertiser, min_price from analytics.hotel_min_offers order by 1')).toEqual([
      { advertiser: 'Amoma', min_price: '9000' },
      { advertiser: 'Expedia', min_price: '13242' },
    ]);
  });

  it('count once, however often the refiner repeats them', async () => {
    await house.produce('search.raw', T, [SEARCH, SEARCH]);
    await house.settle();
    await house.deliver('refine', { stream: 'search.raw', kafkaPartition: 0, from: 0, to: 2 });
    await house.deliver('refine', { stream: 'search.raw', kafkaPartition: 0, from: 1, to: 2 });
    await run();
    expect(await house.rows('select * exclude (key_hash) from analytics.search_users')).toEqual([
      { user_id: 'u1', searches: '2' },
    ]);
    expect(await lakeRows('select count(*) from lake.dead_letters')).toEqual([['0']]);
  });

  it('are refined to advertisers in their order and the winning offer', async () => {
    const { Tui: _, ...offering } = SEARCH.hotel_advertisers;
    await house.produce('search.raw', T, [{ ...SEARCH, hotel_advertisers: offering }]);
    await run();
    expect(await lakeRows('select advertisers, min_offer from lake.search_processed')).toEqual([
      ['["Amoma","Expedia"]', '{"price":13242,"advertiser":"Expedia"}'],
    ]);
  });
});

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
    await house.produce('shop.transactions', T, [transaction('t1', '10:00:00')]);
    await house.produce('shop.feedback', T, [
      {
        feedbackId: 'f1',
        customerId: 'bob',
        productId: 'unknown',
        rating: 5,
        comment: null,
        feedbackDate: '2026-02-01T01:00:00',
      },
    ]);
    await house.produce('shop.product_views', T, [
      { productId: 'p1', viewCount: 7, lastViewed: '2026-01-30 10:00:00' },
    ]);
    await house.produce('shop.website_traffic', T, [
      { pageUrl: '/home', visitCount: 9, lastVisit: '2026-01-30 10:00:00' },
    ]);
    await run();
    expect(await house.rows('select total_amount, product_price from prod.fact_transactions')).toEqual([
      { total_amount: '192.30', product_price: '64.10' },
    ]);
    expect(
      await house.rows('select customer_id, customer_name, customer_email from prod.dim_customer order by 1'),
    ).toEqual([
      { customer_id: 'anna', customer_name: 'anna', customer_email: 'anna@gmail.com' },
      { customer_id: 'bob', customer_name: 'bob', customer_email: 'bob@gmail.com' },
    ]);
    expect(await house.rows('select date_key, year, month, day, quarter from prod.dim_calendar order by 1')).toEqual([
      { date_key: '2026-01-30', year: '2026', month: '1', day: '30', quarter: '1' },
      { date_key: '2026-01-31', year: '2026', month: '1', day: '31', quarter: '1' },
      { date_key: '2026-02-01', year: '2026', month: '2', day: '1', quarter: '1' },
    ]);
    expect(await house.rows('select rating from prod.fact_feedback')).toEqual([{ rating: '5' }]);
    expect(await house.rows('select view_count from prod.fact_views')).toEqual([{ view_count: '7' }]);
    expect(await house.rows('select visit_count from prod.fact_traffic')).toEqual([{ visit_count: '9' }]);
  });

  it('has each product as its latest transaction has it, price and category, whatever came in last', async () => {
    await house.produce('shop.transactions', T, [
      transaction('t2', '10:30:00', { productPrice: 2, totalAmount: 6, productCategory: 'garden' }),
      transaction('t1', '10:00:00'),
    ]);
    await run();
    await house.produce('shop.transactions', T + HOUR_MS, [transaction('t0', '09:00:00', { productName: null })]);
    await run();
    const product = 'select product_name, product_category, product_price from prod.dim_product';
    expect(await house.rows(product)).toEqual([
      { product_name: 'Lamp', product_category: 'garden', product_price: '2.00' },
    ]);
    expect(await house.rows('select count(*) as n from prod.dim_product_history')).toEqual([{ n: '3' }]);
    await house.refresh({ again: true });
    expect(await house.rows('select count(*) as n from prod.dim_product_history')).toEqual([{ n: '3' }]);
  });

  it('has a transaction once, as its newest record says', async () => {
    await house.produce('shop.transactions', T, [
      transaction('t1', '10:00:00'),
      transaction('t1', '10:01:00', { paymentMethod: 'cash' }),
    ]);
    await house.produce('shop.transactions', T + HOUR_MS, [transaction('t1', '10:00:30', { paymentMethod: 'late' })]);
    await run();
    expect(await house.rows('select payment_method from prod.fact_transactions')).toEqual([{ payment_method: 'cash' }]);
  });
});

describe('the lake', () => {
  it('has a thousand profiles of one batch in at most two objects, under both names', async () => {
    const profile = (index: number) => ({ full_name: `name ${index}`, event_timestamp: '2026-01-31 10:00:00' });
    await house.produce(
      'people.profiles',
      T,
      Array.from({ length: 1000 }, (_, index) => profile(index)),
    );
    await house.settle();
    for (const table of ['lake.people_profiles', 's3_spectrum_random_profile.random_customers']) {
      expect(await lakeRows(`select count(*), count(distinct kafka_offset) from ${table}`)).toEqual([['1000', '1000']]);
    }
    const objects = await house.deps.store.list('people_profiles/');
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.length).toBeLessThanOrEqual(2);
  });

  it('has the good one of a batch as a row, and of the others each with its reason', async () => {
    const good = { feedbackId: 'f1', customerId: 'c', productId: 'p', rating: 5, feedbackDate: '2026-01-31 10:00:00' };
    const { feedbackId: _, ...nameless } = good;
    await house.produce('shop.feedback', T, ['{"feedbackId"', null, nameless, good]);
    await run();
    expect(await house.rows('select feedback_id from prod.fact_feedback')).toEqual([{ feedback_id: 'f1' }]);
    expect(await lakeRows('select reason, path from lake.dead_letters order by kafka_offset')).toEqual([
      ['not_json', ''],
      ['null_value', ''],
      ['missing', 'feedbackId'],
    ]);
  });
});
