import type { Environment } from '../environment.ts';
import { storeVariables } from '../store-variables.ts';

export const recountVariables = [
  ...storeVariables,
  'LAKE_BUCKET',
  'LAKE_FOLDER',
  'OFFSETS_FUNCTION',
  'WEIR_DUCKDB_MEMORY_MB',
  'WEIR_INCARNATIONS',
  'WEIR_TOPICS',
] as const;

/** The metric store's variables, settings, and `OFFSETS_FUNCTION`, which reports how far the meter has read. */
export type RecountEnv = Environment<typeof recountVariables>;
