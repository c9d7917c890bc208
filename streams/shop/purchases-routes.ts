import type { DeclaredRoute } from '../../lib/index.ts';

const figures = { purchases: 'count', amount: 'sum_amount' };

export const purchasesRoutes: readonly DeclaredRoute[] = [
  {
    path: '/purchases/count',
    summary: 'How many purchases there were',
    view: { shape: 'total', metric: 'purchases' },
  },
  {
    path: '/purchases/latest',
    summary: 'The newest window of each country, the greatest amount first',
    view: { shape: 'latest', metric: 'purchase_windows', figures, descending: 'amount' },
  },
  {
    path: '/purchases/windows',
    summary: 'Purchases and their amount, by window and country',
    view: { shape: 'windows', metric: 'purchase_windows', figures },
  },
];
