import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { lakeTables } from '../adapters/duckdb/lake-views.ts';
import { duckdbWarehouse } from '../adapters/duckdb/warehouse.ts';
import { modelFiles } from '../adapters/model-files.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { partitionColumns } from '../derive/columns.ts';
import { duckdbType } from '../derive/duckdb.ts';
import type { WarehouseRow } from '../pipeline/ports.ts';
import { dialects } from '../pipeline/transform/dialect.ts';
import { parseHour } from '../pipeline/transform/hours.ts';
import { OPS_TABLES } from '../pipeline/transform/ledger.ts';
import type { Model } from '../pipeline/transform/model.ts';
import { planModel } from '../pipeline/transform/plan-model.ts';
import { schemaStatements } from '../pipeline/transform/schema-plan.ts';
import { appliedTable } from '../pipeline/transform/write-statements.ts';
import type { LocatedProject } from '../project.ts';
import { readSqlCase, SqlCaseError, type SqlCaseText, type SqlCaseValue } from './sql-case-text.ts';

/** One test of one model: `<models>/cases/<schema>.<model>/<claim>.json`. */
interface SqlCase {
  readonly model: string;
  /** Relative to the project's folder. */
  readonly file: string;
  /** `the newest event wins`. */
  readonly claim: string;
}

export interface SqlCases {
  readonly cases: readonly SqlCase[];
  /**
   * Runs the case's model twice over its hour. @returns one line on the first difference; undefined if there is none.
   */
  run(one: SqlCase): Promise<string | undefined>;
  close(): Promise<void>;
}

const CASES_FOLDER = 'cases';
const LOADED_AT_MS = Date.UTC(2026, 0, 31, 12);
const WINDOW_SECONDS = 60;

type Columns = ReadonlyMap<string, string>;

/** The SQL cases of a project, and a separate DuckDB in which they run one after the other. */
export async function openSqlCases({ dir, modelsDir, contracts }: LocatedProject): Promise<SqlCases> {
  const models = await modelFiles(modelsDir, contracts);
  const tables = tablesOf(contracts, models);
  const folder = mkdtempSync(join(tmpdir(), 'weir-cases-'));
  const unused = { partition: async () => undefined, list: async () => [] };
  const warehouse = duckdbWarehouse({
    file: join(folder, 'cases.duckdb'),
    lakeTables: [],
    lakeDir: '',
    memoryMegabytes: 256,
    catalog: unused,
    store: unused,
    clock: systemClock,
  });
  const schemas = ['lake', ...new Set([...tables.keys(), 'ops.'].map((name) => name.split('.')[0]))];
  const ops = Object.entries(OPS_TABLES).map(([name, columns]) => `create table ${name} (${columns.join(', ')})`);
  const made = [...schemas.map((schema) => `create schema if not exists ${schema}`), ...ops].map(plain);
  await warehouse.run({ name: 'schemas', statements: made, reads: [] });
  const existing = new Map([...tables].map(([name, columns]) => [name, new Set(columns.keys())]));

  const check = async ({ model: name, file }: SqlCase): Promise<void> => {
    const text = readSqlCase(readFileSync(join(dir, file), 'utf8'));
    const model = models.find((one) => one.name === name);
    if (model === undefined) {
      throw new SqlCaseError(
        `expected a folder with the name of a model, found ${name}; the models are ${models.map((one) => one.name).join(', ')}`,
      );
    }
    // A table from before its keys had a hash gets one.
    const prepared = schemaStatements(model, { tables: existing, viewDefinitions: new Map() }, dialects.duckdb, 0);
    const statements = [...givenTables(model, text, tables).map(plain), ...prepared];
    await warehouse.run({ name: 'given', statements, reads: [] });
    const run = { model, version: 'case', loadedAtMs: LOADED_AT_MS, windowSeconds: WINDOW_SECONDS };
    const { transaction } = planModel({ ...run, hour: parseHour(text.hour, Date.now()) }, dialects.duckdb);
    for (const time of ['the first run', 'a second run of the same hour']) {
      await warehouse.run(transaction);
      const grain = model.grain.map((column) => `"${column}"`).join(', ');
      const rows = await warehouse.query(plain(`select * from ${name} order by ${grain}`));
      const found = difference(text.expect, rows);
      if (found !== undefined) throw new SqlCaseError(`after ${time}: ${found}`);
    }
  };

  return {
    cases: casesIn(dir, join(modelsDir, CASES_FOLDER)),
    run: (one) =>
      check(one).then(
        () => undefined,
        (error) => `${one.file}: ${error instanceof Error ? error.message : String(error)}`,
      ),
    async close() {
      await warehouse.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function casesIn(dir: string, folder: string): readonly SqlCase[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((model) =>
      readdirSync(join(folder, model))
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => ({
          model,
          file: relative(dir, join(folder, model, name)),
          claim: name.replace('.json', '').replaceAll('-', ' '),
        })),
    );
}

/** Every table that a case may name, with its columns' types. */
function tablesOf(contracts: LocatedProject['contracts'], models: readonly Model[]): ReadonlyMap<string, Columns> {
  const tables = new Map<string, Columns>();
  for (const { name, columns } of lakeTables(contracts)) {
    const typed = [...columns, ...partitionColumns].map((column) => [column.name, duckdbType(column.type)] as const);
    tables.set(`${name.database}.${name.table}`, new Map(typed));
  }
  for (const model of models.filter(({ kept }) => kept !== 'view')) {
    const typed = model.columns.map((column) => [column.name, dialects.duckdb.columnType(column)] as const);
    tables.set(model.name, new Map(typed));
    tables.set(appliedTable(model), new Map([['hour_start', 'timestamp'], ...typed]));
  }
  return tables;
}

/** Statements that create the tables of a case: the given ones with their rows, the other inputs of its model empty. */
function givenTables(model: Model, { given }: SqlCaseText, tables: ReadonlyMap<string, Columns>): readonly string[] {
  const touched = [model.name, ...(model.sum.length > 0 ? [appliedTable(model)] : []), ...model.reads];
  const all = { ...Object.fromEntries(touched.map((table) => [table, []])), ...given };
  return Object.entries(all).flatMap(([name, rows]) => {
    const columns = tables.get(name);
    if (columns === undefined) {
      throw new SqlCaseError(`given: expected tables of the lake or of a model that is no view, found ${name}`);
    }
    const list = [...columns].map(([column, type]) => `"${column}" ${type}`).join(', ');
    return [`create or replace table ${name} (${list})`, ...rows.map((row) => insert(name, columns, row))];
  });
}

function insert(table: string, columns: Columns, row: Readonly<Record<string, SqlCaseValue>>): string {
  const unknown = Object.keys(row).find((column) => !columns.has(column));
  if (unknown !== undefined) {
    throw new SqlCaseError(
      `given, ${table}: expected its columns, which are ${[...columns.keys()].join(', ')}; found ${unknown}`,
    );
  }
  const values = [...columns].map(([column, type]) => literal(row[column] ?? null, type));
  return `insert into ${table} values (${values.join(', ')})`;
}

const literal = (value: SqlCaseValue, type: string) =>
  value === null ? 'null' : `cast('${String(value).replaceAll("'", "''")}' as ${type})`;

function difference(expected: SqlCaseText['expect'], found: readonly WarehouseRow[]): string | undefined {
  if (expected.length !== found.length) {
    return `expected ${expected.length} rows, found ${found.length}: ${JSON.stringify(found)}`;
  }
  for (const [index, row] of expected.entries()) {
    for (const [column, value] of Object.entries(row)) {
      const actual = found[index]?.[column];
      if (actual === (value === null ? null : String(value))) continue;
      const wanted = JSON.stringify(value);
      return `row ${index + 1}, ${column}: expected ${wanted}, found ${JSON.stringify(actual) ?? 'no such column'}`;
    }
  }
  return undefined;
}

const plain = (sql: string) => ({ name: sql.slice(0, 80), sql, parameters: {} });
