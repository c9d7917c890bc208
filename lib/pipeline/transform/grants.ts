import { createHash } from 'node:crypto';
import { type Clock, type Statement, StatementError, type Warehouse } from '../ports.ts';
import { type Dialect, dialects } from './dialect.ts';
import { kinds } from './kinds.ts';
import type { ModelGraph } from './model-graph.ts';
import { definitionsQuery, noteDefinition } from './schema-plan.ts';

/** Who may read the tables of the models, where nothing else is said. */
export const READER_ROLE = 'weir_reader';

/** Under which the ledger remembers what was granted. */
const GRANTS = 'ops.grants';
const ROLE_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

export interface GrantDeps {
  readonly warehouse: Warehouse;
  readonly clock: Pick<Clock, 'now'>;
  readonly graph: ModelGraph;
  /** A database role: lower case, digits, `_`. Null: nobody is granted anything. */
  readonly readerRole?: string | null;
}

/**
 * Lets a role read: it is made where it is missing, may use the models' schemas, those of the lake and the ledger's, and
 * may select from every table and view in the models' and the ledger's. Granted again when there are other models, or
 * another view, or another role, so that new tables are readable too. A warehouse without roles needs none.
 *
 * Each statement is one of its own, because Redshift takes no grants on what is external within a transaction. All of them
 * may be repeated: the ledger's note, which ends them, is the last.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
 * @throws StatementError naming what could not be granted, and what to do; the tables are as they were.
 */
export async function grantReading({ warehouse, clock, graph, readerRole = READER_ROLE }: GrantDeps): Promise<void> {
  const dialect = dialects[warehouse.dialect];
  if (!dialect.hasRoles || readerRole === null) return;
  if (!ROLE_NAME.test(readerRole)) {
    throw new StatementError(
      0,
      `the role that may read: expected lower case letters, digits and _, found "${readerRole}"`,
    );
  }
  const definition = grantsDefinition(readerRole, graph);
  const noted = (await warehouse.query(definitionsQuery)).find(({ model }) => model === GRANTS);
  if (noted?.definition === definition) return;
  try {
    const roles = await warehouse.query(roleQuery(readerRole));
    const missing = roles.length === 0 ? [`create role ${readerRole}`] : [];
    for (const sql of [...missing, ...grantStatements(readerRole, graph, dialect)]) {
      await warehouse.query({ name: sql, sql, parameters: {} });
    }
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const todo = 'let the user that runs the models create roles and grant, or name another role';
    throw new StatementError(
      0,
      `reading for the role ${readerRole}: ${error.message}; the tables are as they were; ${todo}`,
      {
        cause: error,
      },
    );
  }
  await warehouse.run({ name: GRANTS, statements: noteDefinition(GRANTS, definition, clock.now()), reads: [] });
}

/** Whether there is such a role; Redshift shows those that the user has made, or is granted. */
export const roleQuery = (role: string): Statement => ({
  name: 'svv_roles: the role that may read',
  sql: 'select role_name from svv_roles where role_name = :role',
  parameters: { role },
});

export function grantStatements(role: string, graph: ModelGraph, { sql }: Pick<Dialect, 'sql'>): readonly string[] {
  const own = [...new Set([...graph.models.map(({ schema }) => schema), 'ops'])].sort();
  const used = [...own, ...otherSchemas(graph)].sort();
  return [
    ...used.map((schema) => `grant usage on schema ${schema} to role ${role}`),
    ...own.map((schema) => `grant select on all tables in schema ${schema} to role ${role}`),
  ].map(sql);
}

/** Schemas without a model, such as those of the lake. */
function otherSchemas({ models, otherTables }: ModelGraph): readonly string[] {
  const own = new Set(models.map(({ schema }) => schema));
  const schemas = new Set(otherTables.map((name) => name.slice(0, name.indexOf('.'))));
  return [...schemas].filter((schema) => !own.has(schema)).sort();
}

/** A table is granted on once it is there, and a view again when it is made again. */
function grantsDefinition(role: string, graph: ModelGraph): string {
  const granted = graph.models.map(({ name, kept, definition }) =>
    kinds[kept].hasTable ? name : `${name} ${definition}`,
  );
  return createHash('sha256')
    .update([role, ...otherSchemas(graph), ...granted].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
