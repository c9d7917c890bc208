import type { Stream } from '../../lib/index.ts';
import { shopFeedback } from './feedback.ts';
import { shopFeedbackGenerator } from './feedback-generator.ts';
import { shopProductViews } from './product-views.ts';
import { shopProductViewsGenerator } from './product-views-generator.ts';
import { shopPurchases } from './purchases.ts';
import { shopPurchasesGenerator } from './purchases-generator.ts';
import { purchasesQueries } from './purchases-queries.ts';
import { purchasesRoutes } from './purchases-routes.ts';
import { shopTransactions } from './transactions.ts';
import { shopTransactionsGenerator } from './transactions-generator.ts';
import { shopWebsiteTraffic } from './website-traffic.ts';
import { shopWebsiteTrafficGenerator } from './website-traffic-generator.ts';

/** An online shop: what is bought, rated, viewed and visited. */
export const shop: readonly Stream[] = [
  {
    contract: shopPurchases,
    generator: shopPurchasesGenerator,
    savedQueries: purchasesQueries,
    routes: purchasesRoutes,
  },
  { contract: shopTransactions, generator: shopTransactionsGenerator },
  { contract: shopFeedback, generator: shopFeedbackGenerator },
  { contract: shopProductViews, generator: shopProductViewsGenerator },
  { contract: shopWebsiteTraffic, generator: shopWebsiteTrafficGenerator },
];
