import type { Environment } from '../environment.ts';

/** Each request carries all that it needs. */
export const schemasVariables = [] as const;

export type SchemasEnv = Environment<typeof schemasVariables>;
