import { describe, expect, it } from 'vitest';
import type { Contract, EventOf, Field } from '../../lib/contracts/contract.ts';
import { lakeTable } from '../../lib/derive/names.ts';
import { chatRooms } from '../../streams/chat/rooms.ts';
import { shopTransactions } from '../../streams/shop/transactions.ts';
import { contracts } from '../support/shipped.ts';

const facts = ({ name, kafkaPartitions, key, eventTime, identity, refinedFrom }: Contract) => [
  name,
  kafkaPartitions,
  key,
  typeof eventTime === 'string' ? eventTime : 'computed',
  identity,
  refinedFrom,
];

it('the built-in streams have their documented kafka partitions, keys, event times and identities', () => {
  const documented = [
    ['chat.rooms', 3, 'room_id', 'computed', 'room_id', null],
    ['chat.messages', 3, 'room_id', 'message_date', 'message_id', 'chat.rooms'],
    ['shop.purchases', 2, 'country', 'created_at', 'position', null],
    ['people.profiles', 1, null, 'event_timestamp', 'position', null],
    ['shop.transactions', 1, 'transactionId', 'transactionDate', 'transactionId', null],
    ['shop.feedback', 1, 'feedbackId', 'feedbackDate', 'feedbackId', null],
    ['shop.product_views', 1, 'productId', 'lastViewed', 'position', null],
    ['shop.website_traffic', 1, 'pageUrl', 'lastVisit', 'position', null],
    ['search.raw', 4, 'hotel_id', 'search_timestamp', 'position', null],
    ['search.processed', 4, 'hotel_id', 'search_timestamp', 'position', 'search.raw'],
    ['search.offers', 4, 'hotel_id', 'search_timestamp', 'position', 'search.raw'],
  ];
  expect(contracts.map(facts)).toEqual(expect.arrayContaining(documented));
});

describe('every contract', () => {
  const names = contracts.map(({ name }) => name);

  it('has a name and a table of its own', () => {
    expect(new Set(contracts.map((contract) => lakeTable(contract).table)).size).toBe(contracts.length);
    expect(new Set(names).size).toBe(contracts.length);
  });

  it.each(contracts)('$name is refined from a stream with as many kafka partitions, if from any', (contract) => {
    const source = contracts.find(({ name }) => name === contract.refinedFrom);
    expect(source?.kafkaPartitions ?? contract.kafkaPartitions).toBe(contract.kafkaPartitions);
    expect(source?.name ?? null).toBe(contract.refinedFrom);
  });

  it.each(contracts)('$name describes each field in a sentence', ({ fields }) => {
    const described = (field: Field) => expect(field.description).toMatch(/^[A-Z].*\.$/);
    Object.values(fields).forEach(described);
  });
});

it('only the card number is masked, and the masked are personal', () => {
  const masked = contracts.flatMap(({ name, fields }) =>
    Object.entries(fields).flatMap(([field, { masked, personal }]) => (masked ? [[name, field, personal]] : [])),
  );
  expect(masked).toEqual([['people.profiles', 'credit_card_number', true]]);
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

describe('the event time of a chat room', () => {
  const { eventTime } = chatRooms;
  if (typeof eventTime === 'string' || !('of' in eventTime)) throw new Error('expected a computed event time');
  const message = (message_date: string) => ({
    message_id: 'm',
    sender_type: null,
    message_text: null,
    message_date,
  });
  const room = (messages: readonly ReturnType<typeof message>[] | null) => ({
    room_id: 'r1',
    room_created_at: '2026-01-31 13:00:00.000000',
    channel: null,
    customer: { customer_id: 'c1', customer_name: null, phone: null },
    messages,
  });

  it('is that of its newest message, in whatever order they come', () => {
    const dates = ['2026-01-31 13:05:00.000000', '2026-01-31 13:07:00.000001', '2026-01-31 13:07:00.000000'];
    expect(eventTime.of(room(dates.map(message)))).toBe('2026-01-31 13:07:00.000001');
  });

  it('is when it was opened while it has no message', () => {
    expect(eventTime.of(room([]))).toBe('2026-01-31 13:00:00.000000');
    expect(eventTime.of(room(null))).toBe('2026-01-31 13:00:00.000000');
  });
});
