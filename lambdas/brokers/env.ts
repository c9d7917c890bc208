import type { Environment } from '../environment.ts';

/** It is told all that it needs with each request. */
export const brokersVariables = [] as const;

export type BrokersEnv = Environment<typeof brokersVariables>;
