import type { Contract } from './contract.ts';
import { shopPurchases } from './shop-purchases.ts';

/** Every stream that Weir runs. A new stream is one file beside this one, and its line here. */
export const contracts: readonly Contract[] = [shopPurchases];
