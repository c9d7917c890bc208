import { createHash } from 'node:crypto';
import type { PersonalNames } from '../../derive/personal-names.ts';
import { quoted } from '../../derive/quoted.ts';
import { type Clock, type Statement, StatementError, type Warehouse } from '../ports.ts';
import { type Dialect, dialects } from './dialect.ts';
import { kinds } from './kinds.ts';
import { OPS_TABLES } from './ledger.ts';
import type { Model } from './model.ts';
import type { ModelGraph } from './model-graph.ts';
import { personalColumns } from './personal-columns.ts';
import { existingTables } from './prepare.ts';
import { definitionsQuery, noteDefinition } from './schema-plan.ts';

/** The ledger's key for what was granted. */
const GRANTS = 'ops.grants';
const ROLE_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * The ledger's columns with values from rows: values that broke a test, and those that a warehouse quotes in an error.
 */
const VALUES_IN_LEDGER: Readonly<Record<string, readonly string[]>> = {
  'ops.runs': ['error'],
  'ops.test_results': ['row_text'],
};

export interface Readers {
  /** An existing database role: lower case, digits, `_`. */
  readonly role: string;
  /** The names that readers may not see; null if they may see personal data. */
  readonly hidden: PersonalNames | null;
}

export interface GrantDeps {
  readonly warehouse: Warehouse;
  readonly clock: Pick<Clock, 'now'>;
  readonly graph: ModelGraph;
  /** Without readers, nothing is granted. */
  readonly readers?: Readers;
}

/**
 * Grants a role read access: usage of the models' schemas and the ledger's, and select on their tables and views,
 * column by column if a table has personal data that the role may not see. A view with such data is not granted at all:
 * Redshift has no column grants on late-binding views. Grants are renewed if models, columns or readers change.
 * Previous grants are revoked in the same transaction, so that readers never lose access in between.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
 * @throws StatementError naming what could not be granted, and what to do; the tables are unchanged.
 */
export async function grantReading({ warehouse, clock, graph, readers }: GrantDeps): Promise<void> {
  const dialect = dialects[warehouse.dialect];
  if (!dialect.hasRoles || readers === undefined) return;
  if (!ROLE_NAME.test(readers.role)) {
    throw new StatementError(
      0,
      `the role that may read: expected lower case letters, digits and _, found "${readers.role}"`,
    );
  }
  const definition = grantsDefinition(grantStatements(readers, graph, dialect), graph);
  const noted = (await warehouse.query(definitionsQuery)).find(({ model }) => model === GRANTS);
  if (noted?.definition === definition) return;
  // Models that have not run yet, or failed at first, have no table to grant; a later run grants it.
  const existing = await existingTables(warehouse);
  const made = graph.models.filter(({ name }) => existing.has(name));
  const grants = grantStatements(readers, { ...graph, models: made }, dialect);
  try {
    for (const statements of transactions(grants)) await warehouse.run({ name: GRANTS, statements, reads: [] });
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const todo = 'deploy the warehouse again, which makes the role, or name another in readerRole';
    const message = `reading for the role ${readers.role}: ${error.message}; the tables are as they were; ${todo}`;
    throw new StatementError(0, message, { cause: error });
  }
  if (made.length < graph.models.length) return;
  await warehouse.run({ name: GRANTS, statements: noteDefinition(GRANTS, definition, clock.now()), reads: [] });
}

/** The grants on one table, view or schema; each list in one transaction. */
type Grants = readonly (readonly string[])[];

export function grantStatements({ role, hidden }: Readers, graph: ModelGraph, { sql }: Pick<Dialect, 'sql'>): Grants {
  const schemas = [...new Set([...graph.models.map(({ schema }) => schema), 'ops'])].sort();
  const ofModels = graph.models.map((model) => {
    const columns = model.columns.map(({ name }) => name);
    const personal = hidden === null ? new Set<string>() : personalColumns(model, graph, hidden);
    return onRelation(role, model.name, visible(model, columns, personal));
  });
  const ofLedger = Object.entries(OPS_TABLES).map(([table, declared]) => {
    const columns = declared.map((column) => column.slice(0, column.indexOf(' ')));
    const values = hidden === null ? [] : (VALUES_IN_LEDGER[table] ?? []);
    return onRelation(role, table, values.length === 0 ? 'all' : columns.filter((name) => !values.includes(name)));
  });
  const usage = schemas.map((schema) => [`grant usage on schema ${schema} to role ${role}`]);
  return [...usage, ...ofModels, ...ofLedger].map((statements) => statements.map(sql));
}

/** The visible part of a model: all of it, these columns, or nothing. */
function visible(
  { kept }: Model,
  columns: readonly string[],
  personal: ReadonlySet<string>,
): 'all' | readonly string[] {
  if (personal.size === 0) return 'all';
  return kinds[kept].hasTable ? columns.filter((name) => !personal.has(name)) : [];
}

function onRelation(role: string, name: string, columns: 'all' | readonly string[]): readonly string[] {
  const revoke = `revoke select on ${name} from role ${role}`;
  if (columns === 'all') return [revoke, `grant select on ${name} to role ${role}`];
  if (columns.length === 0) return [revoke];
  return [revoke, `grant select (${columns.map(quoted).join(', ')}) on ${name} to role ${role}`];
}

/** Per transaction. The lease adds its own statements: together fewer than `MAX_STATEMENTS`. */
const STATEMENTS_EACH = 30;

/** Combines grants into a few transactions; those on one relation stay together. */
function transactions(grants: Grants): readonly (readonly Statement[])[] {
  const found: Statement[][] = [[]];
  for (const group of grants) {
    if ((found.at(-1)?.length ?? 0) + group.length > STATEMENTS_EACH) found.push([]);
    found.at(-1)?.push(...group.map((sql) => ({ name: sql, sql, parameters: {} })));
  }
  return found;
}

/** Includes the views' definitions, because a recreated view needs new grants. */
function grantsDefinition(grants: Grants, { models }: ModelGraph): string {
  const views = models
    .filter(({ kept }) => !kinds[kept].hasTable)
    .map(({ name, definition }) => `${name} ${definition}`);
  return createHash('sha256')
    .update([...grants.flat(), ...views].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
