import type { Environment } from '../environment.ts';

export const sinkVariables = [
  'LAKE_BUCKET',
  'LAKE_FOLDER',
  'WEIR_DUCKDB_MEMORY_MB',
  'WEIR_INCARNATIONS',
  'WEIR_PARQUET_CODEC',
  'WEIR_TOPICS',
] as const;

/** `LAKE_FOLDER`, which ends with `/`: the folder of the tables in the bucket. The other variables are settings. */
export type SinkEnv = Environment<typeof sinkVariables>;
