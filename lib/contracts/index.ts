import { chatMessages } from './chat-messages.ts';
import { chatRooms } from './chat-rooms.ts';
import type { Contract } from './contract.ts';
import { peopleProfiles } from './people-profiles.ts';
import { searchOffers } from './search-offers.ts';
import { searchProcessed } from './search-processed.ts';
import { searchRaw } from './search-raw.ts';
import { shopFeedback } from './shop-feedback.ts';
import { shopProductViews } from './shop-product-views.ts';
import { shopPurchases } from './shop-purchases.ts';
import { shopTransactions } from './shop-transactions.ts';
import { shopWebsiteTraffic } from './shop-website-traffic.ts';

/** Every stream that Weir runs. A new stream is one file beside this one, and its line here. */
export const contracts: readonly Contract[] = [
  chatRooms,
  chatMessages,
  shopPurchases,
  peopleProfiles,
  shopTransactions,
  shopFeedback,
  shopProductViews,
  shopWebsiteTraffic,
  searchRaw,
  searchProcessed,
  searchOffers,
];
