import type { Environment } from '../environment.ts';

export const transformVariables = [
  'LAKE_BUCKET',
  'LAKE_FOLDER',
  'REDSHIFT_DATABASE',
  'REDSHIFT_READER_ROLE',
  'REDSHIFT_READERS_SEE_PERSONAL_DATA',
  'REDSHIFT_WORKGROUP',
] as const;

/**
 * `LAKE_FOLDER`, which ends with `/`: the folder of the tables in the bucket. `REDSHIFT_READERS_SEE_PERSONAL_DATA` is
 * `true` or `false`.
 */
export type TransformEnv = Environment<typeof transformVariables>;
