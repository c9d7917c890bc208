import type { Environment } from '../environment.ts';

/** It is told all that it needs with each request. */
export const usageLimitVariables = [] as const;

export type UsageLimitEnv = Environment<typeof usageLimitVariables>;
