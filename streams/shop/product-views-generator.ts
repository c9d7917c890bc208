import { type Generator, wireTime } from '../../lib/index.ts';
import { productIds } from './catalog.ts';

/** How often a product was viewed, 1..100. */
export const shopProductViewsGenerator: Generator = {
  stream: 'shop.product_views',
  everyMs: [10_000, 10_000],
  generate: (random, nowMs) => ({
    productId: random.helpers.arrayElement(productIds),
    viewCount: random.number.int({ min: 1, max: 100 }),
    lastViewed: wireTime(nowMs),
  }),
};
