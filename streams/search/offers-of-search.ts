import { refinement } from '../../lib/index.ts';
import { advertiserMinimums } from './advertiser-minimums.ts';
import { searchOffers } from './offers.ts';
import { searchRaw } from './raw.ts';

/** One event for each advertiser of the search, those without an offer too. */
export const offersOfSearch = refinement({
  from: searchRaw,
  to: searchOffers,
  refine: ({ user_id, hotel_id, hotel_advertisers }, written) =>
    advertiserMinimums(hotel_advertisers).map(({ advertiser, minPrice, offers }) => ({
      user_id,
      hotel_id,
      search_timestamp: written('search_timestamp'),
      advertiser,
      min_price: minPrice,
      offers,
    })),
});
