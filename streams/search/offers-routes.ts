import type { DeclaredRoute } from '../../lib/index.ts';

const minOffers = { shape: 'nested', metric: 'hotel_min_offers' } as const;

export const offersRoutes: readonly DeclaredRoute[] = [
  {
    path: '/advertisers',
    summary: 'Searches that each advertiser was named in',
    view: { shape: 'byKey', metric: 'advertisers' },
    choice: {
      parameter: 'view',
      description: '`min_offers`: the smallest price of each advertiser, by hotel.',
      views: { min_offers: minOffers },
    },
  },
  {
    path: '/hotel_min_offer_per_advertiser',
    summary: 'The smallest price that each advertiser has offered for each hotel',
    view: minOffers,
    choice: {
      parameter: 'mode',
      description: '`winning`: only prices that were the smallest of their search.',
      views: { winning: { shape: 'nested', metric: 'winning_offers' } },
    },
  },
];
