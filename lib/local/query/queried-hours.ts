import type { DuckDBConnection } from '@duckdb/node-api';
import type { LakeTable } from '../../adapters/duckdb/lake-views.ts';
import { parseSelect } from '../../adapters/duckdb/sql-parser.ts';
import { type HourOfTable, tableFolder } from '../../derive/table-partition.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';
import { nameOf, nodesWithin } from '../../pipeline/transform/lineage.ts';
import type { SqlNode } from '../../pipeline/transform/sql-parser.ts';
import { hourConditions } from './hour-conditions.ts';

/** Above a month's number of hours, the whole catalogue is read instead. */
const MAX_HOURS = 31 * 24;

/**
 * The hours of the lake's tables that can contain rows of a query, according to its own conditions on `dt`, `hour` and
 * `ingested_at`. A table missing from the answer may be read whole. DuckDB's parser finds the conditions; DuckDB
 * evaluates them, first over the days that have folders, then over the hours of the matching days.
 */
export async function queriedHours(
  connection: DuckDBConnection,
  sql: string,
  { tables, store }: { readonly tables: readonly LakeTable[]; readonly store: Pick<ObjectStore, 'listFolders'> },
): Promise<ReadonlyMap<LakeTable, readonly HourOfTable[]>> {
  const found = new Map<LakeTable, readonly HourOfTable[]>();
  // A statement that is not a select runs over every hour, and DuckDB reports what is wrong with it.
  const tree = await parseSelect(connection, sql).catch(() => null);
  if (tree === null) return found;
  const reads = [...nodesWithin(tree)].filter(({ node }) => node.type === 'BASE_TABLE').map(({ node }) => nameOf(node));
  for (const table of tables) {
    const name = `${table.name.database}.${table.name.table}`;
    const count = reads.filter((read) => read === name).length;
    // A model's view may read the table too; its name contains the table's name.
    const isReadByOthers = reads.some((read) => read !== name && read.includes(table.name.table));
    const selections = selectionsOf(tree, name);
    if (count === 0 || isReadByOthers || selections.length !== count) continue;
    const hours = await hoursOf(connection, selections, await daysOf(store, table));
    if (hours !== null) found.set(table, hours);
  }
  return found;
}

/** For each select that names the table, its conditions on the table's hour; a select without conditions adds none. */
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
 * The relations that a from clause joins; null for joins in which a row's absence, or the rows next to it, affect the
 * result: there, a condition on the output rows does not restrict the input rows.
 */
function relationsOf(from: SqlNode | null): readonly SqlNode[] | null {
  if (from === null) return [];
  if (from.type !== 'JOIN') return [from];
  if (from.join_type !== 'INNER' || !PLAIN_JOINS.has(from.ref_type)) return null;
  const [left, right] = [relationsOf(from.left as SqlNode), relationsOf(from.right as SqlNode)];
  return left === null || right === null ? null : [...left, ...right];
}

/** The table's days, with an hour's columns for their bounds. */
const boundsOf = (days: readonly string[]) =>
  'select dt, cast(dt as timestamp) as hour_start, cast(dt as timestamp) + interval 1 day as hour_end ' +
  `from (select unnest(cast([${days.map((day) => `'${day}'`).join(', ')}] as varchar[])) as dt)`;

const HOURS_OF_DAYS = `select dt, cast(hour as integer) as hour,
  hour_start + hour * interval 1 hour as hour_start, hour_start + (hour + 1) * interval 1 hour as hour_end
  from days_asked cross join range(24) as hours(hour)`;

/** Names only: 365 per year. */
async function daysOf(store: Pick<ObjectStore, 'listFolders'>, { folder }: LakeTable): Promise<readonly string[]> {
  const folders = await store.listFolders(tableFolder(folder));
  return folders.flatMap((name) => /^dt=(\d{4}-\d{2}-\d{2})$/.exec(name)?.[1] ?? []);
}

/** The hours that one of the selections refers to; null if there are too many, or if DuckDB cannot evaluate them. */
async function hoursOf(
  connection: DuckDBConnection,
  selections: readonly (readonly SqlNode[])[],
  tableDays: readonly string[],
): Promise<readonly HourOfTable[] | null> {
  const found = new Map<string, HourOfTable>();
  try {
    for (const conditions of selections) {
      // Days come first, because there are many hours.
      const days = await selectOf(connection, '*', 'every_day', conditions.filter(isAboutDays));
      const hours = await selectOf(connection, 'dt, hour', 'every_hour', conditions);
      const sql =
        `with every_day as (${boundsOf(tableDays)}), days_asked as materialized (${days}), ` +
        `every_hour as (${HOURS_OF_DAYS}) ${hours}`;
      for (const [dt, hour] of (await connection.runAndReadAll(sql)).getRows()) {
        found.set(`${dt} ${hour}`, { dt: String(dt), hour: Number(hour) });
      }
    }
  } catch {
    // Errors in the conditions are reported when the query itself runs.
    return null;
  }
  return found.size > MAX_HOURS ? null : [...found.values()];
}

const isAboutDays = (condition: SqlNode) =>
  ![...nodesWithin(condition)].some(({ node }) => Array.isArray(node.column_names) && node.column_names[0] === 'hour');

/** `select … from … where …`, as DuckDB renders it from the tree. */
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
  // The parser's locations are numbers that are too large for JavaScript's JSON.
  const text = JSON.stringify(statement, (key, value) => (key === 'query_location' ? undefined : value));
  const written = await connection.runAndReadAll('select json_deserialize_sql($text::json)', { text });
  return String(written.getRows()[0]?.[0]);
}
