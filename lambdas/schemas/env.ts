import type { Environment } from '../environment.ts';

/** No variables: each request contains everything. */
export const schemasVariables = [] as const;

export type SchemasEnv = Environment<typeof schemasVariables>;
