import type { Environment } from '../environment.ts';
import { storeVariables } from '../store-variables.ts';

export const readVariables = [...storeVariables, 'WEIR_TOPICS'] as const;

/** Those of the store, and settings. */
export type ReadEnv = Environment<typeof readVariables>;
