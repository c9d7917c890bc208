import { quoted } from '../../derive/quoted.ts';
import { type Found, onlyInDuckdb, tablesRead } from './lineage.ts';
import { type DataTest, type Model, ModelError } from './model.ts';
import { type SqlNode, type SqlParser, SqlSyntaxError } from './sql-parser.ts';

/** A piece of SQL in a model's file, as a select, and the prefix of messages about it. */
interface Piece {
  readonly select: string;
  /** @param at characters from the select's beginning; null if it is unknown */
  place(at: number | null): string;
}

/**
 * Returns the tables that a model's select, its tests and its `within` read, each once.
 * @param sql the whole file
 * @throws ModelError naming the file and line for SQL that DuckDB cannot parse, or that only DuckDB could run.
 */
export async function modelReads(
  model: Pick<Model, 'file' | 'select' | 'tests' | 'within'>,
  sql: string,
  parser: SqlParser,
): Promise<readonly string[]> {
  const { file, select, tests, within } = model;
  const start = sql.indexOf(select);
  const line = (at: number) => sql.slice(0, start + at).split('\n').length;
  const header = (what: string) => ({ place: () => `${file}, ${what}` });
  const pieces: readonly Piece[] = [
    { select, place: (at) => (at === null ? file : `${file}, line ${line(at)}`) },
    ...tests.flatMap((test) => conditionOf(test).map((condition) => ({ select: condition, ...header(test.text) }))),
    ...(within === null ? [] : [{ select: `select 1 where (${within})`, ...header(`within: ${within}`) }]),
  ];
  const names: string[] = [];
  for (const piece of pieces) names.push(...(await tablesOf(piece, parser)));
  const related = tests.flatMap((test) => (test.kind === 'relationship' ? [test.table] : []));
  return [...new Set([...names, ...related])];
}

/** The SQL in a test that the model's author wrote. */
function conditionOf(test: DataTest): readonly string[] {
  switch (test.kind) {
    case 'expression':
      return [`select 1 where (${test.expression})`];
    case 'accepted values':
      return [`select 1 where ${quoted(test.column)} in (${test.values})`];
    case 'unique':
    case 'not null':
    case 'relationship':
      return [];
    default:
      return test satisfies never;
  }
}

async function tablesOf(piece: Piece, parser: SqlParser): Promise<readonly string[]> {
  const tree = await parsed(piece, parser);
  const place = ({ atByte }: Found) =>
    piece.place(atByte === null ? null : Buffer.from(piece.select).subarray(0, atByte).toString().length);
  const [own] = onlyInDuckdb(tree);
  if (own !== undefined) {
    throw new ModelError(`${place(own)}: expected SQL that Redshift has too, found ${own.name}`);
  }
  const tables = tablesRead(tree);
  const far = tables.find(({ name }) => name.split('.').length > 2);
  if (far !== undefined) {
    throw new ModelError(`${place(far)}: expected tables as schema.table, found ${far.name}`);
  }
  return tables.map(({ name }) => name);
}

async function parsed(piece: Piece, parser: SqlParser): Promise<SqlNode> {
  try {
    return await parser.parseSelect(piece.select);
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    throw new ModelError(
      `${piece.place(error.at)}: expected a select that DuckDB and Redshift both have, found ${error.message} in DuckDB`,
      { cause: error },
    );
  }
}
