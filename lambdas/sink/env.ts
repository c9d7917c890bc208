import type { Environment } from '../environment.ts';

export const sinkVariables = [
  'LAKE_BUCKET',
  'LAKE_FOLDER',
  'WEIR_DUCKDB_MEMORY_MB',
  'WEIR_INCARNATIONS',
  'WEIR_PARQUET_CODEC',
  'WEIR_TOPICS',
] as const;

/** `LAKE_FOLDER` ends with `/`: where in the bucket the tables are. The others are settings. */
export type SinkEnv = Environment<typeof sinkVariables>;
