import { contract, integer, string, timestamp } from '../../lib/index.ts';

export const shopProductViews = contract({
  name: 'shop.product_views',
  version: 1,
  description: 'How often a product’s page was seen, as its counter stood at one moment.',
  owner: 'shop',
  key: 'productId',
  eventTime: 'lastViewed',
  identity: 'position',
  fields: {
    productId: string('Id of the product.'),
    viewCount: integer('Views counted.', { unit: 'views' }),
    lastViewed: timestamp('When the newest of these views was.'),
  },
});
