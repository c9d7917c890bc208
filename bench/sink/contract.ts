import { bigint, boolean, contract, double, integer, money, string, timestamp } from '../../lib/contracts/contract.ts';

/** Thirteen flat fields of all scalar types, about 460 bytes per event, for measuring the costs of sink and meter. */
export const benchOrders = contract({
  name: 'bench.orders',
  version: 1,
  description: 'Orders of the benchmark.',
  owner: 'bench',
  kafkaPartitions: 4,
  key: 'order_id',
  eventTime: 'created_at',
  identity: 'position',
  fields: {
    order_id: string('Order.'),
    created_at: timestamp('When it was placed.'),
    customer_id: string('Customer.'),
    customer_name: string('Name of the customer.', { personal: true }),
    country: string('Country of the customer.'),
    currency: string('Currency.'),
    amount: money('What is to be paid.'),
    quantity: integer('Pieces.'),
    sequence: bigint('Running number.'),
    score: double('Score of the customer.'),
    paid: boolean('Whether it is paid.'),
    note: string('Free text.', { nullable: true }),
    user_agent: string('Browser.', { nullable: true }),
  },
  metrics: {
    orders: { description: 'Orders.', unit: 'orders', by: [], count: true },
    order_windows: {
      description: 'Orders and their amount, by country and minute.',
      by: ['country'],
      count: true,
      sum: ['amount'],
      window: { seconds: 60 },
    },
    best_customers: { description: 'By name.', by: ['customer_name'], count: true, max: ['amount'] },
  },
});
