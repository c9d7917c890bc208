import { contract, currency, integer, positive, string, timestamp } from '../../lib/index.ts';

export const shopPurchases = contract({
  name: 'shop.purchases',
  version: 1,
  description: 'One purchase in the online shop.',
  owner: 'shop',
  kafkaPartitions: 2,
  key: 'country',
  eventTime: 'created_at',
  identity: 'position',
  fields: {
    created_at: timestamp('When the purchase was made.'),
    username: string('Login name of the buyer.', { nullable: true, personal: true }),
    city: string('City that the purchase is delivered to.', { nullable: true, personal: true }),
    country: string('Country that the purchase counts for: purchases are summed by it.'),
    postal_code: string('Postal code of the delivery; may begin with a zero.', { nullable: true, personal: true }),
    currency: string('ISO 4217 code of what the buyer paid in, historic codes included.', { rule: currency }),
    amount: integer('What was paid.', { unit: 'whole units of the currency', rule: positive }),
    event_id: string('The producer’s own id of the event.', { nullable: true }),
  },
  metrics: {
    purchases: { description: 'Purchases so far.', unit: 'purchases', by: [], count: true },
    purchase_windows: {
      description: 'Purchases and their amount, by country and window.',
      unit: 'purchases',
      by: ['country'],
      count: true,
      sum: ['amount'],
      window: { seconds: 60, settable: true },
    },
    purchase_windows_by_currency: {
      description: 'Purchases and their amount, by country, currency and window.',
      unit: 'purchases',
      by: ['country', 'currency'],
      count: true,
      sum: ['amount'],
      window: { seconds: 60, settable: true },
    },
  },
});
