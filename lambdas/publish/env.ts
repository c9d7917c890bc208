import type { Environment } from '../environment.ts';

/** No variables: each request contains everything. */
export const publishVariables = [] as const;

export type PublishEnv = Environment<typeof publishVariables>;
