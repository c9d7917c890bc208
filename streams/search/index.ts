import type { Stream } from '../../lib/index.ts';
import { searchOffers } from './offers.ts';
import { offersOfSearch } from './offers-of-search.ts';
import { offersRoutes } from './offers-routes.ts';
import { searchProcessed } from './processed.ts';
import { processedRoutes } from './processed-routes.ts';
import { processedSearch } from './processed-search.ts';
import { searchRaw } from './raw.ts';
import { searchRawGenerator } from './raw-generator.ts';

/** Hotel searches, and what is refined from them: the cheapest offer, and each advertiser's. */
export const search: readonly Stream[] = [
  { contract: searchRaw, generator: searchRawGenerator },
  { contract: searchProcessed, refinement: processedSearch, routes: processedRoutes },
  { contract: searchOffers, refinement: offersOfSearch, routes: offersRoutes },
];
