import { contract, integer, string, timestamp } from '../../lib/index.ts';

export const shopWebsiteTraffic = contract({
  name: 'shop.website_traffic',
  version: 1,
  description: 'How often a page of the shop was visited, as its counter stood at one moment.',
  owner: 'shop',
  key: 'pageUrl',
  eventTime: 'lastVisit',
  identity: 'position',
  fields: {
    pageUrl: string('Path of the page, such as /cart.'),
    visitCount: integer('Visits counted.', { unit: 'visits' }),
    lastVisit: timestamp('When the newest of these visits was.'),
  },
});
