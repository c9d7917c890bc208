import { contract, epochSeconds, integer, string } from '../../lib/index.ts';

export const searchOffers = contract({
  name: 'search.offers',
  version: 1,
  description: 'One advertiser’s answer to a hotel search.',
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
    advertiser: string('The advertiser, spelled as it came.'),
    min_price: integer('Its smallest price; null where it made no offer.', { nullable: true, unit: 'eurocents' }),
    offers: integer('How many offers it made.', { unit: 'offers' }),
  },
  metrics: {
    advertisers: {
      description: 'Searches that each advertiser was named in.',
      unit: 'searches',
      by: ['advertiser'],
      count: true,
    },
    hotel_min_offers: {
      description: 'The smallest price that each advertiser has offered for each hotel.',
      by: ['hotel_id', 'advertiser'],
      min: ['min_price'],
    },
  },
});
