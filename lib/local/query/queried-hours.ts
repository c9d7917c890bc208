import type { DuckDBConnection } from '@duckdb/node-api';
import type { LakeTable } from '../../adapters/duckdb/lake-views.ts';
import { parseSelect } from '../../adapters/duckdb/sql-parser.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { nameOf, nodesWithin } from '../../pipeline/transform/lineage.ts';
import type { SqlNode } from '../../pipeline/transform/sql-parser.ts';
import { hourConditions } from './hour-conditions.ts';

/** For more days than a month has the catalogue is asked for all. */
const MAX_DAYS = 31;

/**
 * Which hours of the lake's tables a query can have rows of, as far as its own conditions on `dt`, `hour` and `ingested_at`
 * say: a table that is not in the answer may be read whole. The conditions are found by DuckDB's parser and evaluated by
 * DuckDB over every day and hour that there could be, so that what this costs does not grow with the lake.
 */
export async function queriedHours(
  connection: DuckDBConnection,
  sql: string,
  tables: readonly LakeTable[],
): Promise<ReadonlyMap<LakeTable, readonly HourOfTable[]>> {
  const found = new Map<LakeTable, readonly HourOfTable[]>();
  const tree = await parseSelect(connection, sql).catch(() => null);
  if (tree === null) return found;
  const reads = [...nodesWithin(tree)].filter(({ node }) => node.type === 'BASE_TABLE').map(({ node }) => nameOf(node));
  for (const table of tables) {
    const name = `${table.name.database}.${table.name.table}`;
    const count = reads.filter((read) => read === name).length;
    // A view of the models may read the table too; it has the table's name within its own.
    const isReadByOthers = reads.some((read) => read !== name && read.includes(table.name.table));
    const selections = selectionsOf(tree, name);
    if (count === 0 || isReadByOthers || selections.length !== count) continue;
    const hours = await hoursOf(connection, selections);
    if (hours !== null) found.set(table, hours);
  }
  return found;
}

/** For each select that names the table, its conditions on the table's hour; fewer where one has none. */
function selectionsOf(tree: SqlNode, name: string): readonly (readonly SqlNode[])[] {
  return [...nodesWithin(tree)]
    .filter(({ node }) => node.type === 'SELECT_NODE')
    .flatMap(({ node }) => {
      const relations = relationsOf(node.from_table as SqlNode | null) ?? [];
      return relations
        .filter((relation) => relation.type === 'BASE_TABLE' && nameOf(relation) === name)
        .map((relation) => hourConditions(node.where_clause as SqlNode | null, relation, relations));
    })
    .filter((conditions) => conditions.length > 0);
}

const PLAIN_JOINS = new Set<unknown>(['REGULAR', 'CROSS', 'NATURAL']);

/**
 * What a from clause joins; null where a row may come of a row's absence, or of which rows are beside it: there a condition on
 * the rows that come out says nothing about those that go in.
 */
function relationsOf(from: SqlNode | null): readonly SqlNode[] | null {
  if (from === null) return [];
  if (from.type !== 'JOIN') return [from];
  if (from.join_type !== 'INNER' || !PLAIN_JOINS.has(from.ref_type)) return null;
  const [left, right] = [relationsOf(from.left as SqlNode), relationsOf(from.right as SqlNode)];
  return left === null || right === null ? null : [...left, ...right];
}

/** Every day from 1970 to 2099, with an hour's columns for its bounds. */
const DAYS = `select strftime(day, '%Y-%m-%d') as dt, day as hour_start, day + interval 1 day as hour_end
  from (select unnest(generate_series(timestamp '1970-01-01', timestamp '2099-12-31', interval 1 day)) as day)`;

const HOURS_OF_DAYS = `select dt, cast(hour as integer) as hour,
  hour_start + hour * interval 1 hour as hour_start, hour_start + (hour + 1) * interval 1 hour as hour_end
  from days_asked cross join range(24) as hours(hour)`;

/** The hours that one of the selections is about; null where they are too many, or DuckDB cannot tell. */
async function hoursOf(
  connection: DuckDBConnection,
  selections: readonly (readonly SqlNode[])[],
): Promise<readonly HourOfTable[] | null> {
  const found = new Map<string, HourOfTable>();
  try {
    for (const conditions of selections) {
      // Days first, as there are a million hours.
      const days = await selectOf(connection, '*', 'every_day', conditions.filter(isAboutDays));
      const hours = await selectOf(connection, 'dt, hour', 'every_hour', conditions);
      const sql =
        `with every_day as (${DAYS}), days_asked as materialized (${days} limit ${MAX_DAYS + 1}), ` +
        `every_hour as (${HOURS_OF_DAYS}), hours_asked as (${hours}) ` +
        'select days, dt, hour from (select count(*) as days from days_asked) left join hours_asked on true';
      for (const [count, dt, hour] of (await connection.runAndReadAll(sql)).getRows()) {
        if (Number(count) > MAX_DAYS) return null;
        if (dt !== null) found.set(`${dt} ${hour}`, { dt: String(dt), hour: Number(hour) });
      }
    }
  } catch {
    // What is wrong with the conditions is said when the query itself runs.
    return null;
  }
  return [...found.values()];
}

const isAboutDays = (condition: SqlNode) =>
  ![...nodesWithin(condition)].some(({ node }) => Array.isArray(node.column_names) && node.column_names[0] === 'hour');

/** `select … from … where …`, as DuckDB writes it out of the tree. */
async function selectOf(
  connection: DuckDBConnection,
  list: string,
  from: string,
  conditions: readonly SqlNode[],
): Promise<string> {
  const select = await parseSelect(connection, `select ${list} from ${from} where true and true`);
  const { where_clause: always } = select as unknown as { readonly where_clause: SqlNode };
  const where = { ...always, children: [...(always.children as readonly SqlNode[]), ...conditions] };
  const statement = { error: false, statements: [{ node: { ...select, where_clause: where }, named_param_map: [] }] };
  // The parser's places are numbers beyond what JSON keeps here.
  const text = JSON.stringify(statement, (key, value) => (key === 'query_location' ? undefined : value));
  const written = await connection.runAndReadAll('select json_deserialize_sql($text::json)', { text });
  return String(written.getRows()[0]?.[0]);
}
