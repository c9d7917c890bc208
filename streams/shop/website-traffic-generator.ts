import { type Generator, wireTime } from '../../lib/index.ts';

const pages = ['/home', '/products', '/cart', '/checkout', '/contact', '/about'];

/** How often a page was visited, 1..1000. */
export const shopWebsiteTrafficGenerator: Generator = {
  stream: 'shop.website_traffic',
  everyMs: [10_000, 10_000],
  generate: (random, nowMs) => ({
    pageUrl: random.helpers.arrayElement(pages),
    visitCount: random.number.int({ min: 1, max: 1000 }),
    lastVisit: wireTime(nowMs),
  }),
};
