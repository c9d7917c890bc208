import type { Contract } from '../contracts/contract.ts';
import { externalSchemaStatement, externalSchemas } from './redshift.ts';

/** A statement of a warehouse's set-up. The set-up is idempotent. */
export interface SetUpStatement {
  readonly sql: string;
  /** A query that returns a row if the statement's result already exists. */
  readonly unless?: string;
}

export interface WarehouseSetUp {
  readonly contracts: readonly Contract[];
  readonly database: string;
  /** The ARN of the IAM role with which Redshift reads the lake. */
  readonly spectrumRoleArn: string;
  /** The name of the IAM role that runs the models. */
  readonly runnerRoleName: string;
  /** The database role of readers. */
  readonly readerRole: string;
  readonly readersSeePersonalData: boolean;
}

/**
 * The database user to which Redshift maps an IAM role. It has no password: the Data API authenticates with IAM.
 * @see https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_GetCredentials.html
 */
const userOfRole = (roleName: string) => `IAMR:${roleName}`;

/**
 * The administrator's one-time set-up: external schemas over the lake, a user that runs the models and owns their
 * tables, and a role for readers. An external schema is granted as a whole, personal columns included, so readers get
 * it only if they may see personal data.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
 */
export function warehouseSetUp(setUp: WarehouseSetUp): readonly SetUpStatement[] {
  const { contracts, database, spectrumRoleArn, runnerRoleName, readerRole, readersSeePersonalData } = setUp;
  const schemas = externalSchemas(contracts);
  const user = userOfRole(runnerRoleName);
  const [verb, preposition] = readersSeePersonalData ? ['grant', 'to'] : ['revoke', 'from'];
  return [
    ...schemas.map((schema) => ({ sql: externalSchemaStatement(schema, spectrumRoleArn) })),
    {
      sql: `create user "${user}" password disable`,
      // Redshift folds names to lower case unless it is set not to.
      unless: `select usename from pg_user where lower(usename) = '${user.toLowerCase()}'`,
    },
    {
      sql: `create role ${readerRole}`,
      unless: `select role_name from svv_roles where role_name = '${readerRole}'`,
    },
    { sql: `grant create on database "${database}" to "${user}"` },
    ...schemas.map(({ schema }) => ({ sql: `grant usage on schema "${schema}" to "${user}"` })),
    ...schemas.map(({ schema }) => ({ sql: `${verb} usage on schema "${schema}" ${preposition} role ${readerRole}` })),
  ];
}
