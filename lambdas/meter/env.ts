import type { Environment } from '../environment.ts';
import { storeVariables } from '../store-variables.ts';

export const meterVariables = [...storeVariables, 'WEIR_INCARNATIONS', 'WEIR_TOPICS'] as const;

/** Those of the store, and settings. */
export type MeterEnv = Environment<typeof meterVariables>;
