import {
  bigint,
  boolean,
  booleanOrText,
  contract,
  decimal,
  double,
  integer,
  list,
  map,
  money,
  string,
  struct,
  timestamp,
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

/** Every nested type, and an event time that is computed. */
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
