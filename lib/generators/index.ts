import { chatRooms } from './chat-rooms.ts';
import type { Generator } from './generator.ts';
import { peopleProfiles } from './people-profiles.ts';
import { searchRaw } from './search-raw.ts';
import { shopFeedback } from './shop-feedback.ts';
import { shopProductViews } from './shop-product-views.ts';
import { shopPurchases } from './shop-purchases.ts';
import { shopTransactions } from './shop-transactions.ts';
import { shopWebsiteTraffic } from './shop-website-traffic.ts';

/** Every generator, one a stream. Refined streams have none: their events come from the stream that they are refined from. */
export const generators: readonly Generator[] = [
  shopPurchases,
  peopleProfiles,
  shopTransactions,
  shopFeedback,
  shopProductViews,
  shopWebsiteTraffic,
  chatRooms,
  searchRaw,
];
