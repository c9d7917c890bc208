import { contract, integer, oneToFive, string, timestamp } from '../../lib/index.ts';

export const shopFeedback = contract({
  name: 'shop.feedback',
  version: 1,
  description: 'A customer’s rating of a product, with or without words.',
  owner: 'shop',
  key: 'feedbackId',
  eventTime: 'feedbackDate',
  identity: 'feedbackId',
  fields: {
    feedbackId: string('Id of the feedback.'),
    customerId: string('Id of the customer who rated.', { personal: true }),
    productId: string('Id of the rated product, which may never have been sold.'),
    rating: integer('From 1, the worst, to 5, the best.', { unit: 'stars', rule: oneToFive }),
    comment: string('What the customer wrote.', { nullable: true, personal: true }),
    feedbackDate: timestamp('When the feedback was given.'),
  },
});
