import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import pLimit from 'p-limit';
import { isRowsKey } from '../../pipeline/generation.ts';
import {
  type Catalog,
  type Clock,
  type LakeHour,
  type ObjectStore,
  type Statement,
  StatementError,
  type Warehouse,
  type WarehouseRow,
  type WarehouseTransaction,
  WarehouseUnavailableError,
} from '../../pipeline/ports.ts';
import { replaceParameters } from '../../pipeline/transform/sql-text.ts';
import { fileTrouble } from '../embedded/file-trouble.ts';
import { makeFolder } from '../make-folder.ts';
import { systemCodeIn } from '../system-trouble.ts';
import { damagedObjects } from './damaged-objects.ts';
import { type LakeTable, showLakeTable } from './lake-views.ts';
import { type Duckdb, openDuckdb } from './open-duckdb.ts';

export interface DuckdbWarehouseOptions {
  /** The database file; its folder is created if it does not exist. */
  readonly file: string;
  readonly lakeTables: readonly LakeTable[];
  readonly catalog: Pick<Catalog, 'partition'>;
  readonly store: Pick<ObjectStore, 'list'>;
  /** The folder that contains the store's keys. */
  readonly lakeDir: string;
  readonly clock: Clock;
  readonly memoryMegabytes: number;
  readonly threads?: number;
  /** How long to wait for another process that has the file open. */
  readonly lockWaitMs?: number;
  /** Called after each statement of a transaction with its duration; the last one is the commit. */
  readonly onStatement?: (name: string, wallMs: number) => void;
}

const LOCK_WAIT_MS = 60_000;
const LOCK_RETRY_MS = 200;

/**
 * A warehouse in one DuckDB file. The first call opens the file and locks it until `close`: other processes wait. Calls
 * run one after another, even across several warehouses over the same file in one process, which share nothing else.
 * @see https://duckdb.org/docs/stable/connect/concurrency
 */
export function duckdbWarehouse(options: DuckdbWarehouseOptions): Warehouse {
  let session: Duckdb | undefined;
  const inTurn = pLimit(1);
  const using = <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      session ??= await open(options);
      return work(session.connection);
    });

  return {
    dialect: 'duckdb',
    run: (transaction) =>
      using(async (connection) => {
        const tables = await readTables(options, transaction.reads);
        try {
          for (const { table, keys } of tables) await showLakeTable(connection, table, { dir: options.lakeDir, keys });
          await runTransaction(connection, transaction, options.onStatement);
        } catch (error) {
          throw await explained(error, connection, options.lakeDir, tables);
        }
      }),
    query: (statement) => using((connection) => runQuery(connection, statement)),
    close: () =>
      inTurn(() => {
        const opened = session;
        session = undefined;
        opened?.close();
      }),
  };
}

/** The file is not a DuckDB file, has another version, or is damaged. Its content can be rebuilt. */
export class UnreadableWarehouseError extends Error {
  override readonly name = 'UnreadableWarehouseError';
}

async function open(options: DuckdbWarehouseOptions): Promise<Duckdb> {
  const { file, clock, lockWaitMs = LOCK_WAIT_MS } = options;
  await makeFolder(dirname(file)).catch((error) => {
    throw new WarehouseUnavailableError(fileTrouble('make', dirname(file), error).message, { cause: error });
  });
  const deadline = clock.now() + lockWaitMs;
  for (;;) {
    try {
      return await openNow(options);
    } catch (cause) {
      const message = messageOf(cause);
      if (systemCodeIn(message) !== undefined) {
        const { message: trouble } = fileTrouble('open', file, cause);
        throw new WarehouseUnavailableError(`${trouble}; the tables are as they were`, { cause });
      }
      if (!/lock|being used by another|already open/i.test(message)) {
        throw new UnreadableWarehouseError(
          `${file}: expected a DuckDB file of this version, found: ${message}; run weir rebuild`,
          { cause },
        );
      }
      if (clock.now() >= deadline) {
        throw new WarehouseUnavailableError(
          `${file}: locked by another process for ${lockWaitMs} ms; wait for its run to end, or stop it (${message})`,
          { cause },
        );
      }
      await clock.sleep(LOCK_RETRY_MS);
    }
  }
}

async function openNow({ file, memoryMegabytes, threads = 2, lakeTables }: DuckdbWarehouseOptions): Promise<Duckdb> {
  const opened = await openDuckdb(file, {
    threads: String(threads),
    memory_limit: `${memoryMegabytes}MB`,
    temp_directory: join(dirname(file), 'duckdb-temp'),
    preserve_insertion_order: 'false',
  });
  const schemas = new Set(lakeTables.map(({ name }) => name.database));
  for (const schema of schemas) await opened.connection.run(`create schema if not exists "${schema}"`);
  for (const table of lakeTables) await showLakeTable(opened.connection, table, { dir: '', keys: [] });
  return opened;
}

interface ReadTable {
  readonly table: LakeTable;
  readonly keys: readonly string[];
}

/** The error, naming the lake's object if one is the cause. */
async function explained(
  error: unknown,
  connection: DuckDBConnection,
  lakeDir: string,
  tables: readonly ReadTable[],
): Promise<unknown> {
  const isStatement = error instanceof StatementError;
  const message = messageOf(isStatement ? error.cause : error);
  const keys = tables.flatMap((table) => table.keys);
  const damaged = await damagedObjects(connection, lakeDir, keys, message);
  return damaged === undefined ? error : new StatementError(isStatement ? error.index : 0, damaged, { cause: error });
}

/** Each table that is read, and the objects that its hours contain now. */
async function readTables(options: DuckdbWarehouseOptions, reads: readonly LakeHour[]): Promise<readonly ReadTable[]> {
  const tables: ReadTable[] = [];
  for (const lakeTable of options.lakeTables) {
    const { name, registered } = lakeTable;
    const hours = reads.filter(({ table }) => table.database === name.database && table.table === name.table);
    if (hours.length === 0) continue;
    const keys: string[] = [];
    for (const { hour } of hours) {
      const partition = await options.catalog.partition(registered, hour);
      if (partition !== undefined) keys.push(...(await options.store.list(partition.location)).filter(isRowsKey));
    }
    tables.push({ table: lakeTable, keys });
  }
  return tables;
}

async function runTransaction(
  connection: DuckDBConnection,
  { name, statements }: WarehouseTransaction,
  onStatement?: DuckdbWarehouseOptions['onStatement'],
): Promise<void> {
  let index = 0;
  const run = async (step: string, sql: string, parameters: Statement['parameters'] = {}) => {
    const startMs = performance.now();
    await connection.run(
      replaceParameters(sql, (parameter) => `$${parameter}`),
      parameters,
    );
    onStatement?.(step, performance.now() - startMs);
  };
  await connection.run('begin transaction');
  try {
    for (; index < statements.length; index++) {
      const { name: step, sql, parameters } = statements[index] as Statement;
      await run(step, sql, parameters);
    }
    await run(`${name}: commit`, 'commit');
  } catch (cause) {
    await connection.run('rollback').catch(() => undefined);
    const at = statements[index]?.name ?? `${name}: commit`;
    throw new StatementError(index, `${at}: ${messageOf(cause)}`, { cause });
  }
}

async function runQuery(connection: DuckDBConnection, statement: Statement): Promise<readonly WarehouseRow[]> {
  const { name, sql, parameters } = statement;
  try {
    const text = replaceParameters(sql, (parameter) => `$${parameter}`);
    const result = await connection.runAndReadAll(text, parameters);
    return result.getRowObjectsJson().map(asText);
  } catch (cause) {
    throw new StatementError(0, `${name}: ${messageOf(cause)}`, { cause });
  }
}

function asText(row: Readonly<Record<string, unknown>>): WarehouseRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]));
}

function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/^Failed to extract statements: /, '').split('\n', 1)[0] ?? '';
}
