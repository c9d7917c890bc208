import { expect, it } from 'vitest';
import { assertStreams } from '../../lib/local/assert-streams.ts';

const contracts = [{ name: 'shop.orders' }, { name: 'shop.returns' }];
const none = new Map<string, never>();

it('takes topics and incarnations of streams that there are', () => {
  assertStreams({ topics: none, incarnations: none }, contracts);
  assertStreams(
    { topics: new Map([['shop.orders', 'orders-v2']]), incarnations: new Map([['shop.returns', 1]]) },
    contracts,
  );
});

it('takes two streams that have swapped their topics', () => {
  const topics = new Map([
    ['shop.orders', 'shop.returns'],
    ['shop.returns', 'shop.orders'],
  ]);
  assertStreams({ topics, incarnations: none }, contracts);
});

it('refuses a stream that is none, naming the variable and those that there are', () => {
  const expected = 'expected streams (shop.orders, shop.returns), found "shop.order"';
  expect(() => assertStreams({ topics: new Map([['shop.order', 'x']]), incarnations: none }, contracts)).toThrow(
    `WEIR_TOPICS: ${expected}`,
  );
  expect(() => assertStreams({ topics: none, incarnations: new Map([['shop.order', 1]]) }, contracts)).toThrow(
    `WEIR_INCARNATIONS: ${expected}`,
  );
});

it('refuses two streams on one topic, also where one of them is not named', () => {
  const both = new Map([
    ['shop.orders', 'all'],
    ['shop.returns', 'all'],
  ]);
  expect(() => assertStreams({ topics: both, incarnations: none }, contracts)).toThrow(
    'WEIR_TOPICS: expected a topic of its own for each stream, found shop.orders and shop.returns on topic all',
  );
  const one = new Map([['shop.orders', 'shop.returns']]);
  expect(() => assertStreams({ topics: one, incarnations: none }, contracts)).toThrow('on topic shop.returns');
});
