import type { Environment } from '../environment.ts';

/** Each request carries all that it needs. */
export const usageLimitVariables = [] as const;

export type UsageLimitEnv = Environment<typeof usageLimitVariables>;
