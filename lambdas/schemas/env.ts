import type { Environment } from '../environment.ts';

/** It is told all that it needs with each request. */
export const schemasVariables = [] as const;

export type SchemasEnv = Environment<typeof schemasVariables>;
