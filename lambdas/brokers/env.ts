import type { Environment } from '../environment.ts';

/** No variables: each request contains everything. */
export const brokersVariables = [] as const;

export type BrokersEnv = Environment<typeof brokersVariables>;
