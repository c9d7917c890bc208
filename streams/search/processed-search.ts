import { refinement } from '../../lib/index.ts';
import { advertiserMinimums } from './advertiser-minimums.ts';
import { searchProcessed } from './processed.ts';
import { searchRaw } from './raw.ts';

/** A search with its advertisers and the cheapest offer; the first advertiser wins a tie. */
export const processedSearch = refinement({
  from: searchRaw,
  to: searchProcessed,
  refine: ({ user_id, hotel_id, hotel_advertisers }, written) => [
    {
      user_id,
      hotel_id,
      search_timestamp: written('search_timestamp'),
      advertisers: [...hotel_advertisers.keys()],
      min_offer: cheapest(hotel_advertisers),
    },
  ],
});

function cheapest(advertisers: Parameters<typeof advertiserMinimums>[0]) {
  let found: { price: number; advertiser: string } | null = null;
  for (const { advertiser, minPrice } of advertiserMinimums(advertisers)) {
    if (minPrice !== null && (found === null || minPrice < found.price)) found = { price: minPrice, advertiser };
  }
  return found;
}
