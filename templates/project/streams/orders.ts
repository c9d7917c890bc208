import {
  contract,
  type Generator,
  money,
  positive,
  type Stream,
  string,
  timestamp,
  wireTime,
} from '../../../lib/index.ts';

const orders = contract({
  name: 'orders',
  version: 1,
  description: 'One order.',
  owner: 'shop',
  key: 'order_id',
  eventTime: 'ordered_at',
  identity: 'order_id',
  fields: {
    order_id: string('Id of the order.'),
    customer_id: string('Id of who ordered.', { personal: true }),
    amount: money('What the order costs.', { rule: positive }),
    note: string('What the customer wants to say.', { nullable: true }),
    ordered_at: timestamp('When it was ordered.'),
  },
});

/** Example events: two a second. */
const ordersGenerator: Generator = {
  stream: 'orders',
  everyMs: [500, 500],
  generate: (random, nowMs) => ({
    order_id: random.string.uuid(),
    customer_id: `customer-${random.number.int({ min: 1, max: 20 })}`,
    amount: random.number.int({ min: 100, max: 50_000 }) / 100,
    note: null,
    ordered_at: wireTime(nowMs),
  }),
};

export const ordersStream: Stream = { contract: orders, generator: ordersGenerator };
