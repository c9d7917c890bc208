import { lakeTableNamed } from '../../derive/names.ts';
import { quoted } from '../../derive/quoted.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { type LakeHour, MAX_STATEMENTS, type Statement, type WarehouseTransaction } from '../ports.ts';
import { failingTest, recordedTest } from './data-tests.ts';
import type { Dialect } from './dialect.ts';
import { hourEnd, hourStart, hourText } from './hours.ts';
import { kinds } from './kinds.ts';
import { LEASE_STATEMENTS } from './lease.ts';
import { failed, succeeded } from './ledger.ts';
import { type DataTest, type Model, ModelError } from './model.ts';
import { parametersOf } from './sql-text.ts';

/** A run of one model for one hour. */
export interface ModelRun {
  readonly model: Model;
  readonly hour: HourOfTable;
  /** The version that the ledger records as published; see `versions.ts`. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly loadedAtMs: number;
  readonly windowSeconds: number;
}

export interface ModelPlan {
  readonly transaction: WarehouseTransaction;
  /** Tests by the index of their statement. */
  readonly tests: ReadonlyMap<number, DataTest>;
}

/**
 * Returns the statements that publish a model's hour, as one transaction: the select fills a temporary table, the tests
 * check it, its rows are written, and the ledger records it. If repeated, or run concurrently, they leave the same
 * rows.
 * @throws ModelError if they exceed what a transaction may have.
 */
export function planModel(run: ModelRun, dialect: Dialect): ModelPlan {
  const { model } = run;
  const relation = testedRelation(model);
  const before = stage(model, dialect);
  const tests = model.tests.map((test) => failingTest(test, relation, model.grain));
  const sql = [
    ...before,
    ...tests,
    ...kinds[model.kept].write(model, dialect),
    ...succeeded(relation),
    ...unstage(model),
  ];
  const named = sql.map(dialect.sql).map((text, index) => {
    const test = model.tests[index - before.length];
    return statement(run, text, test === undefined ? `statement ${index + 1}` : `test ${test.text}`);
  });
  if (named.length > MAX_STATEMENTS - LEASE_STATEMENTS) {
    throw new ModelError(
      `${model.file}: expected at most ${MAX_STATEMENTS - LEASE_STATEMENTS} statements, found ${named.length}; join tests`,
    );
  }
  return {
    transaction: transaction(run, named),
    tests: new Map(model.tests.map((test, index) => [before.length + index, test])),
  };
}

/** The transaction that records why an hour was not published; `broken` means because of its tests. */
export function planFailure(
  run: ModelRun,
  dialect: Dialect,
  failure: { readonly error: string; readonly broken: boolean },
): WarehouseTransaction {
  const { model } = run;
  const relation = testedRelation(model);
  const rows = failure.broken
    ? [
        ...stage(model, dialect),
        ...model.tests.map((test) => recordedTest(test, relation, model.grain)),
        ...unstage(model),
      ]
    : [];
  const error = failure.error.slice(0, MAX_ERROR_CHARACTERS);
  const sql = [...failed, ...rows];
  return transaction(
    run,
    sql.map(dialect.sql).map((text, index) => statement(run, text, `failure, statement ${index + 1}`, { error })),
  );
}

/** A character takes up to four of the column's bytes. */
const MAX_ERROR_CHARACTERS = 1000;

/** The rows of the hour that the tests check. */
function testedRelation({ kept, name, within }: Model): string {
  if (kinds[kept].hasTable) return 'staged';
  return within === null ? name : `(select * from ${name} where ${within})`;
}

/** Only the insert has parameters: Redshift accepts none in `create table … as`. */
function stage(model: Model, dialect: Dialect): readonly string[] {
  if (!kinds[model.kept].hasTable) return [];
  const names = model.columns.map(({ name }) => quoted(name)).join(', ');
  const columns = model.columns.map((column) => `${quoted(column.name)} ${dialect.columnType(column)}`).join(', ');
  return [
    `create temporary table staged (${columns})`,
    `insert into staged (${names}) select ${names} from (\n${model.select}\n) as model`,
  ];
}

const unstage = ({ kept }: Model): readonly string[] => (kinds[kept].hasTable ? ['drop table staged'] : []);

function transaction({ model, hour }: ModelRun, statements: readonly Statement[]): WarehouseTransaction {
  const reads = model.reads.flatMap((name) => lakeTableNamed(name) ?? []).map((table): LakeHour => ({ table, hour }));
  return { name: nameOf({ model, hour }), statements, reads };
}

/** `analytics.rooms (sql/analytics/rooms.sql), hour 2026-01-31T13` */
export function nameOf({ model, hour }: Pick<ModelRun, 'model' | 'hour'>): string {
  return `${model.name} (${model.file}), hour ${hourText(hour)}`;
}

function statement(run: ModelRun, sql: string, step: string, more: Readonly<Record<string, string>> = {}): Statement {
  const { model, hour, version, loadedAtMs, windowSeconds } = run;
  const values: Readonly<Record<string, string>> = {
    model: model.name,
    definition: model.definition,
    version,
    hour_start: hourStart(hour),
    hour_end: hourEnd(hour),
    dt: hour.dt,
    hour: String(hour.hour),
    loaded_at: sqlTime(loadedAtMs),
    window_seconds: String(windowSeconds),
    ...more,
  };
  const used = parametersOf(sql).map((name) => [name, values[name] ?? '']);
  return { name: `${nameOf(run)}: ${step}`, sql, parameters: Object.fromEntries(used) };
}

/** `2026-01-31 13:00:00.123` */
export function sqlTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
