import { type Generator, wireTime } from '../../lib/index.ts';

const countries = ['Germany', 'Italy', 'Spain', 'France', 'Poland'];

/** Purchases of 10..2000 in five countries, in any currency that Faker knows. */
export const shopPurchasesGenerator: Generator = {
  stream: 'shop.purchases',
  everyMs: [100, 1000],
  generate: (random, nowMs) => ({
    created_at: wireTime(nowMs),
    username: random.internet.username(),
    city: random.location.city(),
    country: random.helpers.arrayElement(countries),
    postal_code: random.location.zipCode(),
    currency: random.finance.currencyCode(),
    amount: random.number.int({ min: 10, max: 2000 }),
    event_id: random.string.uuid(),
  }),
};
