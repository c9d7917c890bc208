import { type Generator, wireTime } from '../../lib/index.ts';
import { customerId, productIds } from './catalog.ts';

/** Customers' ratings of products, 1..5. */
export const shopFeedbackGenerator: Generator = {
  stream: 'shop.feedback',
  everyMs: [10_000, 10_000],
  generate: (random, nowMs) => ({
    feedbackId: random.string.uuid(),
    customerId: customerId(random),
    productId: random.helpers.arrayElement(productIds),
    rating: random.number.int({ min: 1, max: 5 }),
    comment: random.lorem.sentence(),
    feedbackDate: wireTime(nowMs),
  }),
};
