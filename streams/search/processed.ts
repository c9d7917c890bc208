import { contract, epochSeconds, integer, list, string, struct } from '../../lib/index.ts';

export const searchProcessed = contract({
  name: 'search.processed',
  version: 1,
  description: 'A hotel search with the advertisers that answered, and the cheapest offer of all.',
  owner: 'search',
  kafkaPartitions: 4,
  key: 'hotel_id',
  eventTime: 'search_timestamp',
  identity: 'position',
  refinedFrom: 'search.raw',
  fields: {
    user_id: string('Id of who searched.', { personal: true }),
    hotel_id: string('Id of the hotel.'),
    search_timestamp: epochSeconds('When the search was answered, passed on as it came.'),
    advertisers: list(string('An advertiser, spelled as it came.'), 'The advertisers in the order of the search.'),
    min_offer: struct(
      {
        price: integer('The smallest price.', { unit: 'eurocents' }),
        advertiser: string('Whose it is; the first advertiser where several have it.'),
      },
      'The cheapest offer; null where there was no offer.',
      { nullable: true },
    ),
  },
  metrics: {
    users: { description: 'Searches of each user.', unit: 'searches', by: ['user_id'], count: true },
    hotels: { description: 'Searches for each hotel.', unit: 'searches', by: ['hotel_id'], count: true },
    winning_offers: {
      description: 'The smallest price that won a search, of each hotel and advertiser.',
      by: ['hotel_id', 'min_offer.advertiser'],
      min: ['min_offer.price'],
    },
  },
});
