import type { Environment } from '../environment.ts';

/** No variables: each request contains everything. */
export const usageLimitVariables = [] as const;

export type UsageLimitEnv = Environment<typeof usageLimitVariables>;
