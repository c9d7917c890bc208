import { contract, integer, string, timestamp } from './contract.ts';
import { currency, positive } from './rules.ts';

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
    username: string('Who bought.', { nullable: true, personal: true }),
    city: string('City of the buyer.', { nullable: true, personal: true }),
    country: string('Country of the buyer.'),
    postal_code: string('Postal code of the buyer.', { nullable: true, personal: true }),
    currency: string('ISO 4217 code that the buyer paid in.', { rule: currency }),
    amount: integer('What was paid.', { unit: 'whole units of the currency', rule: positive }),
    event_id: string('Producer’s own id of the event.', { nullable: true }),
  },
});
