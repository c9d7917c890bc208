import { createHash } from 'node:crypto';
import { reservedWords } from '../../derive/reserved-words.ts';
import { kinds } from './kinds.ts';
import { type DataTest, MODEL_PARAMETERS, type Model, ModelError } from './model.ts';
import { type LakeColumns, modelHeader } from './model-header.ts';
import { modelReads } from './model-reads.ts';
import type { SqlParser } from './sql-parser.ts';
import { bareSql, parametersOf } from './sql-text.ts';

/** The contents of a model's file. */
export interface ModelFile {
  readonly schema: string;
  readonly table: string;
  /** The name used in messages: `sql/analytics/rooms.sql`. */
  readonly file: string;
  readonly sql: string;
}

/** The longest name in Redshift; the ledger has room for two. */
const MAX_NAME = 127;
const NAME = /^[a-z][a-z0-9_]*$/;

export interface ReadModelOptions {
  readonly parser: SqlParser;
  /** The tables that "columns: of …" may name. */
  readonly lake?: LakeColumns;
}

/**
 * Reads a file as a model. Its syntax and the tables that it reads are checked here; its columns and types are checked
 * by the warehouse.
 * @throws ModelError naming the file, the line if it is known, what was expected and what was found.
 */
export async function readModel(
  { schema, table, file, sql }: ModelFile,
  { parser, lake = new Map() }: ReadModelOptions,
): Promise<Model> {
  if (![schema, table].every((name) => NAME.test(name) && name.length <= MAX_NAME)) {
    throw new ModelError(
      `${file}: expected sql/<schema>/<model>.sql in lower case, each of at most ${MAX_NAME} characters, found "${schema}/${table}"`,
    );
  }
  checkReserved(file, schema, table);
  const header = modelHeader(file, sql, lake);
  const select = sql.replace(/^(--[^\n]*\n)+/, '').trim();
  checkSelect(file, select);
  const parameters = parametersOf(`${select}\n${header.within ?? ''}`);
  checkParameters(file, header.kept, parametersOf(select), parameters);
  const unique: DataTest = { kind: 'unique', text: `unique: ${header.grain.join(', ')}`, columns: header.grain };
  const required = header.columns.filter(({ nullable }) => !nullable).map(({ name }) => name);
  const notNull: DataTest = { kind: 'not null', text: `not null: ${required.join(', ')}`, columns: required };
  const tests = distinctTests([unique, ...(required.length === 0 ? [] : [notNull]), ...header.tests]);
  return {
    ...header,
    name: `${schema}.${table}`,
    schema,
    table,
    file,
    tests,
    select,
    parameters,
    definition: createHash('sha256').update(sql).update(JSON.stringify(header.columns)).digest('hex').slice(0, 16),
    reads: await modelReads({ ...header, file, select, tests }, sql, parser),
  };
}

/** The schema `raw` is quoted: see `dialect.ts`. Selects use other names unquoted. */
function checkReserved(file: string, schema: string, table: string): void {
  const word = [schema === 'raw' ? '' : schema, table].find((name) => reservedWords.has(name));
  if (word === undefined) return;
  throw new ModelError(
    `${file}: expected names of schema and model that are no reserved words of SQL, found "${word}"; rename the file or its folder`,
  );
}

function checkSelect(file: string, select: string): void {
  const bare = bareSql(select);
  if (!/^\s*(select|with)\b/i.test(bare)) {
    throw new ModelError(`${file}: expected one select after the header, found "${select.slice(0, 20)}"`);
  }
  if (bare.includes(';')) throw new ModelError(`${file}: expected one select without ";", found a ";"`);
}

/** An hourly model that binds no hour would read all of history on every run. */
function checkParameters(file: string, kept: Model['kept'], inSelect: readonly string[], all: readonly string[]): void {
  const unknown = all.find((name) => !Object.hasOwn(MODEL_PARAMETERS, name));
  if (unknown !== undefined) {
    throw new ModelError(`${file}: expected one of :${Object.keys(MODEL_PARAMETERS).join(', :')}, found :${unknown}`);
  }
  const uses = (...names: readonly string[]) => names.every((name) => inSelect.includes(name));
  const { hour } = kinds[kept];
  if (hour === 'must' && !uses('hour_start', 'hour_end') && !uses('dt', 'hour')) {
    const found = inSelect.length === 0 ? 'none' : `only :${inSelect.join(', :')}`;
    throw new ModelError(
      `${file}: expected :hour_start and :hour_end, or :dt and :hour, to bind the hour of a model kept by ${kept}, found ` +
        `${found}: it would read all of history on every run`,
    );
  }
  if (hour === 'never' && inSelect.length > 0) {
    throw new ModelError(`${file}: expected no parameters in a view, found :${inSelect[0]}`);
  }
}

function distinctTests(tests: readonly DataTest[]): readonly DataTest[] {
  return [...new Map(tests.map((test) => [test.text, test])).values()];
}
