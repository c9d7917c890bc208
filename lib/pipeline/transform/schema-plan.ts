import { LAKE_DATABASE } from '../../derive/names.ts';
import { quoted } from '../../derive/quoted.ts';
import type { Statement } from '../ports.ts';
import type { Dialect } from './dialect.ts';
import { kinds } from './kinds.ts';
import { LEASE_TABLE } from './lease.ts';
import { defined, OPS_TABLES } from './ledger.ts';
import type { Model, ModelColumn } from './model.ts';
import { sqlTime } from './plan-model.ts';
import { parametersOf } from './sql-text.ts';
import { appliedTable } from './write-statements.ts';

/** The warehouse's tables: `schema.table` to its columns. */
export type ExistingTables = ReadonlyMap<string, ReadonlySet<string>>;

export const existingTablesQuery: Statement = {
  name: 'information_schema: which tables there are',
  sql:
    'select table_schema, table_name, column_name from information_schema.columns ' +
    `where table_schema not in ('information_schema', 'pg_catalog', '${LAKE_DATABASE}')`,
  parameters: {},
};

/** Each view with the definition that it was created from, and the ledger's other entries without an hour. */
export const definitionsQuery: Statement = {
  name: 'ops.runs: definitions',
  sql: "select model, definition from ops.runs where outcome = 'defined'",
  parameters: {},
};

/** Creates the ledger's own schema and tables if they are missing. */
export function ledgerStatements(existing: ExistingTables): readonly Statement[] {
  const missing = Object.entries({ ...OPS_TABLES, ...LEASE_TABLE }).filter(([name]) => !existing.has(name));
  if (missing.length === 0) return [];
  return plain('ops', [
    'create schema if not exists ops',
    ...missing.map(([name, columns]) => `create table if not exists ${name} (${columns.join(', ')})`),
  ]);
}

/**
 * What a model needs before it can run: its schema and table, a column that its header has and its table lacks, or its
 * view. Empty if everything exists. Idempotent.
 */
export function schemaStatements(
  model: Model,
  has: { readonly tables: ExistingTables; readonly viewDefinitions: ReadonlyMap<string, string> },
  dialect: Dialect,
  nowMs: number,
): readonly Statement[] {
  const schema = [...has.tables.keys()].some((name) => name.startsWith(`${model.schema}.`))
    ? []
    : [`create schema if not exists ${model.schema}`];
  if (!kinds[model.kept].hasTable) return viewStatements(model, schema, has.viewDefinitions, dialect, nowMs);
  const hourColumn: ModelColumn = { name: 'hour_start', type: { kind: 'timestamp' }, nullable: false, json: false };
  const found = kinds[model.kept].findsRows ? dialect.foundRows.column : null;
  const tables = [{ name: model.name, columns: model.columns, found }];
  if (model.sum.length > 0)
    tables.push({ name: appliedTable(model), columns: [hourColumn, ...model.columns], found: null });
  const made = tables.flatMap((table) => tableStatements(model, table, has.tables.get(table.name), dialect));
  return made.length === 0 ? [] : plain(model.name, [...schema, ...made].map(dialect.sql));
}

interface TableToMake {
  readonly name: string;
  readonly columns: readonly ModelColumn[];
  /** The last column. */
  readonly found: Dialect['foundRows']['column'];
}

function tableStatements(
  model: Model,
  { name, columns, found }: TableToMake,
  existing: ReadonlySet<string> | undefined,
  dialect: Dialect,
): readonly string[] {
  if (existing === undefined) {
    const lines = columns.map(
      (column) => `${quoted(column.name)} ${dialect.columnType(column)}${dialect.columnLimit(column)}`,
    );
    if (found !== null) lines.push(`${found.name} ${found.type}`);
    return [`create table if not exists ${name} (${lines.join(', ')})${dialect.tableEnd(model)}`];
  }
  const added = columns
    .filter((column) => !existing.has(column.name))
    .map((column) => `alter table ${name} add column ${quoted(column.name)} ${dialect.columnType(column)}`);
  if (found === null || existing.has(found.name)) return added;
  return [
    ...added,
    `alter table ${name} add column ${found.name} ${found.type}`,
    `update ${name} set ${found.name} = ${found.value(model)}`,
  ];
}

function viewStatements(
  model: Model,
  schema: readonly string[],
  definitions: ReadonlyMap<string, string>,
  dialect: Dialect,
  nowMs: number,
): readonly Statement[] {
  if (definitions.get(model.name) === model.definition) return [];
  // Redshift replaces a view only by one with the same columns.
  // @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
  const names = model.columns.map(({ name }) => quoted(name)).join(', ');
  const view = [
    `drop view if exists ${model.name}`,
    `create view ${model.name} as\nselect ${names} from (\n${model.select}\n) as model${dialect.viewEnd}`,
  ];
  return [
    ...plain(`${model.name} (${model.file})`, [...schema, ...view].map(dialect.sql)),
    ...noteDefinition(model.name, model.definition, nowMs),
  ];
}

/** Records in the ledger what was created: a view, or whatever else `name` stands for. */
export function noteDefinition(name: string, definition: string, nowMs: number): readonly Statement[] {
  const values: Readonly<Record<string, string>> = { model: name, definition, loaded_at: sqlTime(nowMs) };
  return defined.map((sql) => ({
    name: `${name}: its definition`,
    sql,
    parameters: Object.fromEntries(parametersOf(sql).map((parameter) => [parameter, values[parameter] ?? ''])),
  }));
}

const plain = (name: string, statements: readonly string[]): readonly Statement[] =>
  statements.map((sql) => ({ name: `${name}: ${sql.split('\n', 1)[0]?.slice(0, 60)}`, sql, parameters: {} }));
