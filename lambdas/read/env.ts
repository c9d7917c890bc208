import type { Environment } from '../environment.ts';
import { storeVariables } from '../store-variables.ts';

export const readVariables = [...storeVariables, 'API_AUTH', 'WEIR_TOPICS'] as const;

/** The variables of the metric store, `iam` or the issuer of the API's tokens, and settings. */
export type ReadEnv = Environment<typeof readVariables>;
