import type { Environment } from '../environment.ts';

/** Each request carries all that it needs. */
export const brokersVariables = [] as const;

export type BrokersEnv = Environment<typeof brokersVariables>;
