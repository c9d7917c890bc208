import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { damagedObjects } from '../../adapters/duckdb/damaged-objects.ts';
import { type LakeTable, showLakeTable, tableObjects } from '../../adapters/duckdb/lake-views.ts';
import { openDuckdb } from '../../adapters/duckdb/open-duckdb.ts';
import { streamRows } from '../../adapters/duckdb/stream-rows.ts';
import type { Contract } from '../../contracts/contract.ts';
import { quoted } from '../../derive/quoted.ts';
import { type HourOfTable, hourFolder } from '../../derive/table-partition.ts';
import { lakeHours } from '../../pipeline/lake-hours.ts';
import type { Catalog, ObjectStore } from '../../pipeline/ports.ts';
import { duckdbError, indexOfByte } from './duckdb-error.ts';
import { queriedHours } from './queried-hours.ts';
import { type CellValue, cellValue } from './query-value.ts';
import { showWarehouse } from './show-warehouse.ts';

/** What is wrong with a query, in one line. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** Where in the statement, as an index of its text; null if that is not known. */
  readonly at: number | null;

  constructor(message: string, { at = null, cause }: { readonly at?: number | null; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.at = at;
  }
}

export interface QueriedLake {
  readonly dir: string;
  readonly catalog: Catalog;
  readonly store: Pick<ObjectStore, 'list' | 'listFolders'>;
  readonly tables: readonly LakeTable[];
  /** The warehouse's DuckDB file, which may not exist. */
  readonly warehouseFile: string;
}

/** The lake of a project. */
export interface Lake extends QueriedLake {
  readonly contracts: readonly Contract[];
}

export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  /** Chunks of rows, read on demand. @throws QueryError */
  readonly rows: AsyncIterable<readonly (readonly CellValue[])[]>;
}

export interface LakeResult extends QueryResult {
  /** Hints for a user who sees no rows: tables that have objects missing from the catalogue. */
  readonly hints: readonly string[];
}

export interface QueryColumn {
  readonly name: string;
  /** DuckDB's name for the type: `DECIMAL(12,2)`. */
  readonly type: string;
}

/** Bounds for a query from an untrusted source. */
export interface QueryBounds {
  /** DuckDB settings, in addition to the defaults. */
  readonly settings: Readonly<Record<string, string>>;
  /** Called before any part of the statement is evaluated. @throws QueryError if the statement must not run */
  check(connection: DuckDBConnection, sql: string): Promise<void>;
  /** Called once the tables exist, before the statement runs. */
  lock(connection: DuckDBConnection): Promise<void>;
}

const UNBOUNDED: QueryBounds = {
  settings: { temp_directory: join(tmpdir(), `weir-query-${process.pid}`) },
  check: async () => undefined,
  lock: async () => undefined,
};

/** The most rows that are read before they are requested. */
const MAX_READ_AHEAD = 20_000;

/**
 * Runs SQL over the current lake: each table is a view over the objects that Athena would read. Objects are immutable
 * and the catalogue is read without a lock, so this does not disturb a running pipeline. The warehouse's file is closed
 * once all rows have been read. For a result of at most `MAX_READ_AHEAD` rows this happens before they are requested,
 * because a user may take a long time to read them.
 * @throws QueryError
 */
export async function query(lake: QueriedLake, sql: string, bounds: QueryBounds = UNBOUNDED): Promise<LakeResult> {
  const { tables } = lake;
  const { connection, close } = await openDuckdb(':memory:', bounds.settings);
  for (const schema of new Set(tables.map(({ name }) => name.database))) {
    await connection.run(`create schema ${quoted(schema)}`);
  }
  const objects: string[] = [];
  const hints: string[] = [];
  const explained = async (error: unknown) => {
    if (error instanceof QueryError) return error;
    const { message, atByte } = duckdbError(error);
    const damaged = await damagedObjects(connection, lake.dir, objects, message);
    if (damaged !== undefined) return new QueryError(damaged, { cause: error });
    const at = atByte === null ? null : indexOfByte(sql, atByte);
    return new QueryError(firstLine(message, tables), { at, cause: error });
  };
  try {
    await bounds.check(connection, sql);
    const hours = await queriedHours(connection, sql, { tables, store: lake.store });
    for (const table of tables) {
      const keys = await objectsFor(lake, table, { sql, hours: hours.get(table) });
      objects.push(...keys);
      if (keys.length === 0) hints.push(...(await hintsFor(lake, table, sql)));
      await showLakeTable(connection, table, { dir: lake.dir, keys });
    }
    await showWarehouse(connection, lake.warehouseFile, sql);
    await assertStatement(connection, sql);
    await bounds.lock(connection);
    const { result, rows } = await streamRows(connection, sql, (streamed) => streamed.yieldConvertedRows(cellValue));
    const types = result.columnTypes();
    const columns = result.columnNames().map((name, index) => ({ name, type: String(types[index]) }));
    return { hints, columns, rows: await readAhead(chunks(rows, explained), close) };
  } catch (error) {
    throw await explained(error);
  }
}

/** Empty for a table that the query cannot refer to: listing a large table is slow. */
async function objectsFor(
  lake: QueriedLake,
  table: LakeTable,
  { sql, hours }: { readonly sql: string; readonly hours: readonly HourOfTable[] | undefined },
): Promise<readonly string[]> {
  return isMeant(table, sql) ? tableObjects(lake, table.registered, hours) : [];
}

/** Whether the query contains its name. */
const isMeant = ({ name }: LakeTable, sql: string) => sql.toLowerCase().includes(name.table);

/** Checking the newest hour is enough: if it is registered, the catalogue has not been lost. */
async function hintsFor({ store, catalog }: QueriedLake, table: LakeTable, sql: string): Promise<readonly string[]> {
  if (!isMeant(table, sql)) return [];
  const { done, value: newest } = await lakeHours(store, table.registered).next();
  if (done || (await catalog.partition(table.registered, newest)) !== undefined) return [];
  if ((await store.list(hourFolder(table.registered, newest))).length === 0) return [];
  return [
    `the lake has objects of ${table.name.database}.${table.name.table} of ${newest.dt} ${newest.hour}:00, but the catalogue does ` +
      'not show that hour: was it deleted? weir start registers what the lake has',
  ];
}

async function assertStatement(connection: DuckDBConnection, sql: string): Promise<void> {
  const { count } = await connection.extractStatements(sql);
  if (count !== 1) throw new QueryError(`expected one SQL statement, found ${count === 0 ? 'none' : count}`);
}

/** The result of reading this many rows, followed by the others on demand. @param close called after the last row */
async function readAhead<T extends readonly unknown[]>(
  rows: AsyncGenerator<T>,
  close: () => void,
): Promise<AsyncIterable<T>> {
  const read: T[] = [];
  let count = 0;
  let isOver = false;
  while (!isOver && count < MAX_READ_AHEAD) {
    const { done, value } = await rows.next();
    isOver = done === true;
    if (done !== true) {
      read.push(value);
      count += value.length;
    }
  }
  if (isOver) close();
  return (async function* () {
    yield* read;
    if (isOver) return;
    yield* rows;
    close();
  })();
}

async function* chunks<T>(
  rows: AsyncIterable<T>,
  explained: (error: unknown) => Promise<QueryError>,
): AsyncGenerator<T> {
  try {
    yield* rows;
  } catch (error) {
    throw await explained(error);
  }
}

/** The error in one line, with DuckDB's suggestion or the names of the tables. */
function firstLine(message: string, tables: readonly LakeTable[]): string {
  const [first = '', second = ''] = message.replace(/^Failed to extract statements: /, '').split('\n');
  if (first === 'Error in native callback') return 'expected one SQL statement, found none';
  if (!/^Catalog Error: Table with name/.test(first)) {
    return /^(Did you mean|Candidate)/.test(second) ? `${first} ${second}` : first;
  }
  const known = tables.map(({ name }) => `${name.database}.${name.table}`).join(', ');
  return `${first.replace(/ because .*/, '').replace(/!$/, '')}; the tables are ${known}`;
}
