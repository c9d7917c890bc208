import {
  bigint,
  bigintOrText,
  boolean,
  booleanOrText,
  contract,
  date,
  decimal,
  decimalOrText,
  double,
  doubleOrText,
  epochMicros,
  epochMillis,
  epochSeconds,
  integer,
  integerOrText,
  json,
  kafkaTimestamp,
  list,
  map,
  money,
  moneyOrText,
  string,
  struct,
  timestamp,
  uuid,
} from '../../lib/contracts/contract.ts';
import { currency, positive } from '../../lib/contracts/rules.ts';

/** Every flat type and every kind of rule: a contract that its shape can express. */
export const flatContract = contract({
  name: 'test.flat',
  version: 7,
  description: 'Every flat type.',
  owner: 'tests',
  key: 'id',
  eventTime: 'happenedAt',
  identity: 'id',
  fields: {
    id: string('Text.'),
    happenedAt: timestamp('Event time.'),
    seenAt: timestamp('Another time.', { nullable: true }),
    note: string('Text or null.', { nullable: true }),
    card: string('Masked text.', { nullable: true, masked: true }),
    currency: string('One of many.', { rule: currency }),
    price: money('Money above zero.', { rule: positive }),
    balance: money('Any money.', { nullable: true }),
    rate: decimal(18, 6, 'A long decimal.', { nullable: true }),
    rating: integer('A small range.', { rule: { name: 'rating', minimum: 1, maximum: 5 } }),
    count: integer('Any integer.', { nullable: true }),
    total: bigint('Any long integer.', { nullable: true }),
    ratio: double('Any number.', { nullable: true }),
    isGood: boolean('A boolean.', { nullable: true }),
    code: string('Short text.', { nullable: true, maxLength: 4 }),
    pin: string('Short masked text.', { nullable: true, masked: true, maxLength: 8 }),
    event_id: string('Id of the producer.', { nullable: true }),
  },
});

/** Types and names of external sources, each of which the shape can express. */
export const foreignContract = contract({
  name: 'test.foreign',
  version: 1,
  description: 'What others send.',
  owner: 'tests',
  key: 'id',
  eventTime: kafkaTimestamp,
  identity: 'id',
  fields: {
    id: uuid('Id.'),
    timestamp: timestamp('Their time.', { wire: '@timestamp' }),
    userAgent: string('Browser.', { nullable: true, wire: 'user-agent' }),
    country: string('Country.', { nullable: true, wire: 'geo.country' }),
    card: string('Masked.', { nullable: true, masked: true, wire: 'card number' }),
    day: date('A day.'),
    parent: uuid('Another id.', { nullable: true }),
    pieces: integerOrText('Pieces.', { nullable: true }),
    serial: bigintOrText('A long number.', { nullable: true }),
    ratio: doubleOrText('A ratio.', { nullable: true }),
    amount: moneyOrText('Money.', { rule: positive }),
    rate: decimalOrText(38, 10, 'A long decimal.', { nullable: true }),
  },
});

/** The types and names of external sources that the shape cannot express. */
export const foreignNestedContract = contract({
  name: 'test.foreign_nested',
  version: 1,
  description: 'What others send, nested.',
  owner: 'tests',
  key: null,
  eventTime: 'at',
  identity: 'position',
  fields: {
    at: epochMillis('Milliseconds.', { wire: '@at' }),
    micros: epochMicros('Microseconds.', { nullable: true }),
    seconds: epochSeconds('Seconds.', { nullable: true }),
    payload: json('Anything.', { nullable: true, wire: 'pay:load' }),
    parts: list(
      struct(
        {
          id: uuid('Id.', { wire: '@id' }),
          on: date('Day.', { nullable: true }),
          price: decimalOrText(10, 2, 'Price.', { rule: positive }),
          serial: bigintOrText('Serial.', { nullable: true }),
          more: json('Anything.', { nullable: true }),
        },
        'Part.',
      ),
      'Parts.',
      { nullable: true },
    ),
  },
});

const item = struct(
  {
    sku: string('Text.'),
    pieces: integer('Number.', { rule: positive }),
    isGift: booleanOrText('Boolean or text.', { nullable: true }),
    price: money('Money.', { nullable: true }),
    shippedAt: timestamp('Time.', { nullable: true }),
    pin: string('Masked.', { nullable: true, masked: true }),
  },
  'One item.',
);

/** Every nested type, and a computed event time. */
export const nestedContract = contract({
  name: 'test.nested',
  version: 1,
  description: 'Every nested type.',
  owner: 'tests',
  key: 'id',
  eventTime: { description: 'createdAt', of: ({ createdAt }) => createdAt },
  identity: 'id',
  fields: {
    id: string('Text.'),
    createdAt: timestamp('Time.'),
    buyer: struct({ name: string('Text.'), age: integer('Number.', { nullable: true }) }, 'Who bought.'),
    items: list(item, 'What was bought.', { nullable: true }),
    stock: map(list(item, 'Items.'), 'Items by place.', { nullable: true }),
  },
});
