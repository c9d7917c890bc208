import {
  booleanOrText,
  contract,
  epochSeconds,
  integer,
  list,
  map,
  positive,
  string,
  struct,
} from '../../lib/index.ts';

const offer = struct(
  {
    eurocents: integer('Price of the stay.', { unit: 'eurocents', rule: positive }),
    breakfast: booleanOrText('Whether breakfast is in the price.', { nullable: true }),
  },
  'One offer.',
);

export const searchRaw = contract({
  name: 'search.raw',
  version: 1,
  description: 'A hotel search as it was answered: every advertiser’s offers for one hotel.',
  owner: 'search',
  kafkaPartitions: 4,
  key: 'hotel_id',
  eventTime: 'search_timestamp',
  identity: 'position',
  fields: {
    user_id: string('Id of who searched.', { personal: true }),
    hotel_id: string('Id of the hotel.'),
    search_timestamp: epochSeconds('When the search was answered.'),
    hotel_advertisers: map(list(offer, 'The advertiser’s offers; may be none.'), 'Offers by advertiser.'),
    event_id: string('The producer’s own id of the event.', { nullable: true }),
  },
});
