import type { Environment } from '../environment.ts';
import { storeVariables } from '../store-variables.ts';

export const readVariables = [...storeVariables, 'WEIR_TOPICS'] as const;

/** The variables of the metric store, and settings. */
export type ReadEnv = Environment<typeof readVariables>;
