/**
 * The process of one query, started by `boundedQueries`: it receives the question as its first message, and replies
 * with one message. DuckDB's `memory_limit` does not count what a function allocates for a single value:
 * `range(500000000)` takes 21 GB whatever the limit, and cannot be interrupted meanwhile. So the process monitors its
 * own memory, and exits when it exceeds the limit.
 */
import { directoryObjectStore } from '../../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import type { QueryAnswer, QueryQuestion } from './bounded-query.ts';
import { lockConnection } from './lock-connection.ts';
import { type LakeResult, QueryError, query } from './query.ts';
import type { CellValue } from './query-value.ts';
import { checkStatement } from './statement-check.ts';

/** A function writes some hundred megabytes in this time. */
const LOOK_EVERY_MS = 20;
const MEGABYTE = 1024 * 1024;

process.once('message', async (question: QueryQuestion) => {
  const limitBytes = process.memoryUsage.rss() + question.processMegabytes * MEGABYTE;
  setInterval(() => {
    if (process.memoryUsage.rss() > limitBytes) process.kill(process.pid, 'SIGKILL');
  }, LOOK_EVERY_MS);
  process.send?.(await answerTo(question), () => process.exit(0));
});

async function answerTo(question: QueryQuestion): Promise<QueryAnswer> {
  try {
    const { columns, rows } = await run(question);
    return { columns, ...(await firstRows(rows, question)) };
  } catch (error) {
    if (error instanceof QueryError) return { refused: error.message, at: error.at };
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function run({ sql, lakeDir, catalogDir, tables, readable, warehouseFile, memoryMegabytes }: QueryQuestion) {
  const known = new Set(readable);
  const lake = {
    dir: lakeDir,
    catalog: fileCatalog(catalogDir),
    store: directoryObjectStore(lakeDir),
    tables,
    warehouseFile,
  };
  return query(lake, sql, {
    // Queries that do not fit into memory are refused: nothing is spilled to disk.
    settings: { memory_limit: `${memoryMegabytes}MB`, threads: '2', temp_directory: '', errors_as_json: 'true' },
    check: (connection, text) => checkStatement(connection, text, (name) => known.has(name)),
    lock: (connection) => lockConnection(connection, lakeDir),
  });
}

/** As many rows as requested, and as fit into the answer. */
async function firstRows(rows: LakeResult['rows'], { maxRows, maxBytes }: QueryQuestion) {
  const read: (readonly CellValue[])[] = [];
  let bytes = 0;
  for await (const chunk of rows) {
    for (const row of chunk) {
      bytes += JSON.stringify(row).length;
      if (bytes > maxBytes && read.length === 0) {
        throw new QueryError(`expected rows of at most ${maxBytes} bytes, found a longer one; select less of it`);
      }
      if (read.length === maxRows || bytes > maxBytes) return { rows: read, isCut: true };
      read.push(row);
    }
  }
  return { rows: read, isCut: false };
}
