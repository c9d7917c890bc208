import { type ChildProcess, fork } from 'node:child_process';
import { extname, join, resolve } from 'node:path';
import { type LakeTable, lakeTables } from '../../adapters/duckdb/lake-views.ts';
import type { AskedQuery, QueryPorts } from '../../api/query-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { type DataFolder, WAREHOUSE_FILE } from '../folder/data-folder.ts';
import type { QueryColumn } from './query.ts';
import type { CellValue } from './query-value.ts';

interface QueryLimits {
  readonly maxMs: number;
  /** The limit of DuckDB's buffers. */
  readonly memoryMegabytes: number;
  /** The limit of the process, beyond its memory before the query. */
  readonly processMegabytes: number;
  readonly maxBytes: number;
  /** The number of concurrent queries; further ones are refused. */
  readonly maxQueries: number;
}

const LIMITS: QueryLimits = {
  maxMs: 20_000,
  memoryMegabytes: 512,
  processMegabytes: 1024,
  maxBytes: 16 * 1024 * 1024,
  maxQueries: 2,
};

/** The question sent to a query's process. */
export interface QueryQuestion extends Pick<QueryLimits, 'memoryMegabytes' | 'processMegabytes' | 'maxBytes'> {
  readonly sql: string;
  readonly maxRows: number;
  readonly lakeDir: string;
  readonly catalogDir: string;
  readonly warehouseFile: string;
  readonly tables: readonly LakeTable[];
  /** Names of everything that a statement may read. */
  readonly readable: readonly string[];
}

export type QueryAnswer =
  | {
      readonly columns: readonly QueryColumn[];
      readonly rows: readonly (readonly CellValue[])[];
      readonly isCut: boolean;
    }
  | { readonly refused: string; readonly at: number | null }
  | { readonly failed: string };

export interface BoundedQueryOptions {
  readonly folder: DataFolder;
  readonly contracts: readonly Contract[];
  /** Names of everything that a statement may read. */
  readonly readable: readonly string[];
  readonly limits?: Partial<QueryLimits>;
}

/**
 * Runs each query in a separate process, which ends with the query: whatever a statement does to memory, time or the
 * process, the pipeline continues. The process inherits no environment variables.
 */
export function boundedQueries({ folder, contracts, readable, limits }: BoundedQueryOptions): QueryPorts['query'] {
  const { maxMs, maxQueries, ...ofProcess } = { ...LIMITS, ...limits };
  const tables = lakeTables(contracts);
  let running = 0;
  return async ({ sql, maxRows, signal }) => {
    if (running >= maxQueries) return { busy: true };
    running++;
    try {
      return await ask({ sql, maxRows, signal }, maxMs, {
        ...ofProcess,
        ...{ sql, maxRows, tables, readable },
        lakeDir: resolve(folder.lake),
        catalogDir: resolve(folder.catalog),
        warehouseFile: resolve(join(folder.warehouse, WAREHOUSE_FILE)),
      });
    } finally {
      running--;
    }
  };
}

async function ask({ signal }: AskedQuery, maxMs: number, question: QueryQuestion) {
  const beganMs = performance.now();
  const child = startProcess();
  const timer = setTimeout(() => child.kill('SIGKILL'), maxMs);
  const abort = () => child.kill('SIGKILL');
  signal.addEventListener('abort', abort, { once: true });
  try {
    child.send(question);
    const answer = await answerOf(child);
    const tookMs = Math.round(performance.now() - beganMs);
    if (answer === null) return { stopped: whyStopped(signal, tookMs, maxMs, question) };
    if ('failed' in answer) throw new Error(answer.failed);
    return 'refused' in answer ? answer : { ...answer, tookMs };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    child.kill('SIGKILL');
  }
}

function startProcess(): ChildProcess {
  const extension = extname(import.meta.filename);
  return fork(join(import.meta.dirname, `query-process${extension}`), {
    // A checkout runs from source.
    execArgv: extension === '.ts' ? ['--import', import.meta.resolve('tsx')] : [],
    env: {},
    serialization: 'json',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** Null if the process ended without an answer. */
function answerOf(child: ChildProcess): Promise<QueryAnswer | null> {
  return new Promise((answered, failed) => {
    child.once('message', (answer) => answered(answer as QueryAnswer));
    child.once('error', failed);
    child.once('exit', () => answered(null));
  });
}

function whyStopped(signal: AbortSignal, tookMs: number, maxMs: number, { processMegabytes }: QueryQuestion): string {
  if (signal.aborted) return 'the query was cancelled';
  if (tookMs >= maxMs)
    return `expected a query of at most ${maxMs / 1000} s, found one that takes longer; ask for less`;
  return `expected a query that needs at most ${processMegabytes} MB of memory, found one that needs more; ask for less`;
}
