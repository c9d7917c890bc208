import type { Environment } from '../environment.ts';
import { storeVariables } from '../store-variables.ts';

export const meterVariables = [...storeVariables, 'WEIR_INCARNATIONS', 'WEIR_TOPICS'] as const;

/** The variables of the metric store, and settings. */
export type MeterEnv = Environment<typeof meterVariables>;
