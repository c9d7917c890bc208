import type { Environment } from './environment.ts';

/** The environment variables of a function that uses the store of live metrics. */
export const storeVariables = ['STORE_CACHE', 'STORE_ENDPOINT', 'STORE_USER'] as const;

/** `STORE_CACHE`: the cache's name. `STORE_ENDPOINT`: `host:port`. `STORE_USER`: the function's user name. */
export type StoreEnv = Environment<typeof storeVariables>;
