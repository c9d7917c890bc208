import type { Environment } from '../environment.ts';

export const transformVariables = [
  'LAKE_BUCKET',
  'LAKE_FOLDER',
  'REDSHIFT_DATABASE',
  'REDSHIFT_READER_ROLE',
  'REDSHIFT_SECRET_ARN',
  'REDSHIFT_WORKGROUP',
] as const;

/**
 * `LAKE_FOLDER` ends with `/`: where in the bucket the tables are. The secret is that of the warehouse's administrator, by
 * whom the external schemas are made too: all tables and schemas have one owner.
 */
export type TransformEnv = Environment<typeof transformVariables>;
