import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lakeTables } from '../../lib/adapters/duckdb/lake-views.ts';
import { duckdbWarehouse } from '../../lib/adapters/duckdb/warehouse.ts';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { partitionColumns } from '../../lib/derive/columns.ts';
import { duckdbType } from '../../lib/derive/duckdb.ts';
import type { Warehouse } from '../../lib/pipeline/ports.ts';
import { dialects } from '../../lib/pipeline/transform/dialect.ts';
import { parseHour } from '../../lib/pipeline/transform/hours.ts';
import { OPS_TABLES } from '../../lib/pipeline/transform/ledger.ts';
import type { Model } from '../../lib/pipeline/transform/model.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { planModel } from '../../lib/pipeline/transform/plan-model.ts';
import { schemaStatements } from '../../lib/pipeline/transform/schema-plan.ts';
import { appliedTable } from '../../lib/pipeline/transform/write-statements.ts';
import { contracts, modelsDir } from '../support/shipped.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CASES_DIR = join(import.meta.dirname, 'cases');

/** What a case's file says: tables before the run, and rows of the model's table after it, columns left out at will. */
interface Case {
  readonly hour: string;
  readonly given: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly expect: readonly Readonly<Record<string, string | null>>[];
}

const lake = lakeTables(contracts);
const models = await modelFiles(modelsDir, contracts);
const lakeNames = lake.map(({ name }) => `${name.database}.${name.table}`);
const cases = readdirSync(CASES_DIR).flatMap((model) =>
  readdirSync(join(CASES_DIR, model)).map((file) => ({
    model,
    file,
    claim: file.replace('.json', '').replaceAll('-', ' '),
  })),
);

/** Every table that a case may name, with its columns' types. */
const tables = new Map<string, ReadonlyMap<string, string>>();
for (const { name, columns } of lake) {
  const typed = [...columns, ...partitionColumns].map((column) => [column.name, duckdbType(column.type)] as const);
  tables.set(`${name.database}.${name.table}`, new Map(typed));
}
for (const model of models.filter(({ kept }) => kept !== 'view')) {
  const typed = model.columns.map((column) => [column.name, dialects.duckdb.columnType(column)] as const);
  tables.set(model.name, new Map(typed));
  tables.set(appliedTable(model), new Map([['hour_start', 'timestamp'], ...typed]));
}

const existing = new Map([...tables].map(([name, columns]) => [name, new Set(columns.keys())]));

const plain = (sql: string) => ({ name: sql.slice(0, 80), sql, parameters: {} });

function literal(value: unknown, type: string): string {
  return value === null || value === undefined ? 'null' : `cast('${String(value).replaceAll("'", "''")}' as ${type})`;
}

function given(name: string, rows: Case['given'][string]): readonly string[] {
  const columns = tables.get(name);
  if (columns === undefined) throw new Error(`${name}: expected a table of the lake or of a model`);
  const list = [...columns].map(([column, type]) => `"${column}" ${type}`).join(', ');
  const inserts = rows.map((row) => {
    const unknown = Object.keys(row).find((column) => !columns.has(column));
    if (unknown !== undefined) throw new Error(`${name}: expected one of its columns, found ${unknown}`);
    return `insert into ${name} values (${[...columns].map(([column, type]) => literal(row[column], type)).join(', ')})`;
  });
  return [`create or replace table ${name} (${list})`, ...inserts];
}

describe('the models', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let warehouse: Warehouse;
  beforeAll(async () => {
    folder = await temporaryFolder();
    const unused = { partition: async () => undefined, list: async () => [] };
    const file = join(folder.path, 'cases.duckdb');
    const ports = { catalog: unused, store: unused, clock: systemClock };
    warehouse = duckdbWarehouse({ ...ports, file, lakeTables: [], lakeDir: '', memoryMegabytes: 256 });
    const schemas = ['lake', ...new Set([...tables.keys(), 'ops.'].map((name) => name.split('.')[0]))];
    const ops = Object.entries(OPS_TABLES).map(([name, columns]) => `create table ${name} (${columns.join(', ')})`);
    const statements = [...schemas.map((schema) => `create schema if not exists ${schema}`), ...ops].map(plain);
    await warehouse.run({ name: 'schemas', statements, reads: [] });
  });
  afterAll(async () => {
    await warehouse.close();
    await folder.remove();
  });

  it('fit together, and each has a test of its grain and as few statements as a transaction may have', () => {
    const hour = { dt: '2026-01-31', hour: 10 };
    for (const model of modelGraph(models, lakeNames).models) {
      expect(model.tests[0]).toMatchObject({ kind: 'unique', columns: model.grain });
      const run = { model, hour, version: 'v', loadedAtMs: 0, windowSeconds: 60 };
      for (const dialect of Object.values(dialects)) expect(() => planModel(run, dialect)).not.toThrow();
    }
  });

  it('say so where they read more than the hour', () => {
    const wide = models.filter(
      ({ parameters, reads }) => parameters.length === 0 && reads.some((name) => !name.startsWith('lake.')),
    );
    expect(wide.map(({ name }) => name)).toContain('analytics.purchase_summmary');
    for (const { name, description } of wide) expect(description, name).toMatch(/\bReads the whole \w+\./);
  });

  it('read each lake table once, and only raw, staging and partials read the lake', () => {
    const readers = models.filter(
      ({ kept, reads }) => kept !== 'view' && reads.some((name) => name.startsWith('lake.')),
    );
    const read = readers.flatMap(({ reads }) => reads.filter((name) => name.startsWith('lake.')));
    expect(new Set(read).size).toBe(read.length);
    const others = readers.filter(
      ({ schema, table }) => !['raw', 'staging'].includes(schema) && !table.endsWith('_partials'),
    );
    expect(others).toEqual([]);
  });

  it.each(cases)('$model: $claim', async ({ model: name, file }) => {
    const { hour, given: before, expect: after }: Case = JSON.parse(readFileSync(join(CASES_DIR, name, file), 'utf8'));
    const model = models.find((one) => one.name === name) as Model;
    const touched = [name, ...(model.sum.length > 0 ? [appliedTable(model)] : []), ...model.reads];
    const all = { ...Object.fromEntries(touched.map((table) => [table, []])), ...before };
    const setUp = Object.entries(all).flatMap(([table, rows]) => given(table, rows));
    // A table from before its keys had a hash gets one.
    const prepared = schemaStatements(model, { tables: existing, viewDefinitions: new Map() }, dialects.duckdb, 0);
    await warehouse.run({ name: 'given', statements: [...setUp.map(plain), ...prepared], reads: [] });
    const run = { model, version: 'v', loadedAtMs: Date.UTC(2026, 0, 31, 12), windowSeconds: 60 };
    const plan = planModel({ ...run, hour: parseHour(hour, Date.now()) }, dialects.duckdb);
    for (const time of ['first', 'second']) {
      await warehouse.run(plan.transaction);
      const rows = await warehouse.query(plain(`select * from ${name} order by ${model.grain.join(', ')}`));
      expect(rows, `${time} run`).toHaveLength(after.length);
      expect(rows, `${time} run`).toMatchObject(after);
    }
  });
});
