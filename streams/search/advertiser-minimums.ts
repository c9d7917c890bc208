import type { EventOf } from '../../lib/index.ts';
import type { searchRaw } from './raw.ts';

export interface AdvertiserMinimum {
  readonly advertiser: string;
  /** Eurocents; null where the advertiser made no offer. */
  readonly minPrice: number | null;
  readonly offers: number;
}

/** Every advertiser of a search with its smallest price, in the document's order, spelled as it came. */
export function advertiserMinimums(
  advertisers: EventOf<typeof searchRaw.fields>['hotel_advertisers'],
): readonly AdvertiserMinimum[] {
  return [...advertisers].map(([advertiser, offers]) => ({
    advertiser,
    minPrice: offers.reduce<number | null>(
      (least, { eurocents }) => (least === null || eurocents < least ? eurocents : least),
      null,
    ),
    offers: offers.length,
  }));
}
