import type { Environment } from '../environment.ts';

export const sinkVariables = [
  'LAKE_BUCKET',
  'LAKE_FOLDER',
  'NODE_OPTIONS',
  'WEIR_DUCKDB_MEMORY_MB',
  'WEIR_INCARNATIONS',
  'WEIR_PARQUET_CODEC',
  'WEIR_TOPICS',
] as const;

/** `LAKE_FOLDER` ends with `/`: where in the bucket the tables are. `WEIR_…` are settings. */
export type SinkEnv = Environment<typeof sinkVariables>;

/**
 * V8 copies what lives when its young generation is full, and a payload lives as long as its batch. Room for several payloads
 * lets nearly all be dead by then: in the usual room of one or two, the collector takes a sixth of the sink's time.
 */
export const SINK_NODE_OPTIONS = '--max-semi-space-size=64';
