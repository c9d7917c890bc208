import type { Faker } from '@faker-js/faker';
import { names } from '../../lib/index.ts';

/** What the shop's streams speak of alike, so that views, feedback and transactions meet. */
export const productIds = names(6, 'product');

/** A customer's id, which is also the local part of the e-mail address that the models derive. */
export function customerId(random: Faker): string {
  return random.internet.username().toLowerCase();
}
