import { randomUUID } from 'node:crypto';
import { close, ftruncate, open, write } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import pLimit from 'p-limit';
import { quoted } from '../../derive/quoted.ts';
import type { RowEncoder, RowsToEncode } from '../../pipeline/ports.ts';
import { makeFolder } from '../make-folder.ts';
import { openDuckdb } from './open-duckdb.ts';

export interface DuckdbRowEncoderOptions {
  /**
   * The encoder's own folder, for the two files of the object being written. It is emptied when DuckDB starts, because
   * a killed process leaves its files there.
   */
  readonly dir: string;
  readonly memoryMegabytes: number;
  readonly codec: 'snappy' | 'zstd';
}

/** An encoder's resources: DuckDB, the file that lines are written to, and the file that the object is read from. */
interface Workbench {
  readonly connection: DuckDBConnection;
  /** Closes DuckDB. */
  close(): void;
  /** A bare descriptor, open for the life of the process: Node warns of a handle left to the garbage collector. */
  readonly lines: number;
  readonly linesFile: string;
  readonly parquetFile: string;
}

/**
 * Writes Parquet objects with DuckDB, one at a time and on one thread: the lines go to a file, and one `COPY` casts
 * them into typed columns. DuckDB starts on the first call. Both files are overwritten by every call: new files would
 * cost a tenth more.
 * @see https://duckdb.org/docs/stable/data/parquet/overview
 */
export function duckdbRowEncoder(options: DuckdbRowEncoderOptions): RowEncoder {
  let workbench: Promise<Workbench> | undefined;
  const inTurn = pLimit(1);
  const encode = async (rows: RowsToEncode) => {
    workbench ??= openWorkbench(options).catch((cause) => {
      workbench = undefined;
      throw trouble(options.dir, cause);
    });
    const current = await workbench;
    try {
      return await encodeOne(current, options, rows);
    } catch (cause) {
      // Deleted files, or a failed DuckDB, do not recover, so the next call starts over.
      workbench = undefined;
      current.close();
      await promisify(close)(current.lines);
      throw cause;
    }
  };
  return {
    encode: (rows) => inTurn(() => encode(rows)),
  };
}

async function openWorkbench({ dir, memoryMegabytes }: DuckdbRowEncoderOptions): Promise<Workbench> {
  await rm(dir, { recursive: true, force: true });
  await makeFolder(dir);
  const { connection, close: closeDuckdb } = await openDuckdb(':memory:', {
    threads: '1',
    memory_limit: `${memoryMegabytes}MB`,
    temp_directory: join(dir, 'duckdb'),
    // Both files have new content at every call, under the same names.
    enable_external_file_cache: 'false',
  });
  const name = join(dir, `weir-${randomUUID()}`);
  const linesFile = `${name}.ndjson`;
  const lines = await promisify(open)(linesFile, 'w');
  return { connection, close: closeDuckdb, lines, linesFile, parquetFile: `${name}.parquet` };
}

async function encodeOne(workbench: Workbench, { dir, codec }: DuckdbRowEncoderOptions, rows: RowsToEncode) {
  const { connection, linesFile, parquetFile } = workbench;
  try {
    await writeOver(workbench.lines, rows.lines);
    await connection.run(copyStatement(rows, linesFile, parquetFile, codec));
    return { body: await readFile(parquetFile) };
  } catch (cause) {
    if (isRefusal(cause)) return { refused: kindOf(cause) };
    throw trouble(dir, cause);
  }
}

/** Writes from the start of the file and truncates the rest, so that the file's pages are reused. */
async function writeOver(file: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await promisify(write)(file, bytes, written, bytes.length - written, written)).bytesWritten;
  }
  await promisify(ftruncate)(file, bytes.length);
}

function trouble(dir: string, cause: unknown): Error {
  return new Error(`making a Parquet object in ${dir} failed: ${firstLine(cause)}`, { cause });
}

/** Only a standalone name: a field’s name may contain the same characters. */
const CONSTANT = /(?<=^cast\():(incarnation|kafka_partition|contract_version)\b/;

function copyStatement(rows: RowsToEncode, linesFile: string, parquetFile: string, codec: string): string {
  const { incarnation, kafkaPartition, contractVersion } = rows.constants;
  const constants = { incarnation, kafka_partition: kafkaPartition, contract_version: contractVersion };
  const selectList = rows.select.selectList
    .map((item) => item.replace(CONSTANT, (_, name: keyof typeof constants) => String(constants[name])))
    .join(', ');
  const ids = Object.entries(rows.select.fieldIds).map(([name, id]) => `${quoted(name)}: ${id}`);
  const footer = Object.entries(rows.footer).map(([key, value]) => `${key}: ${literal(value)}`);
  return (
    `copy (select ${selectList} from ${source(rows, linesFile)}) to ${literal(parquetFile)} ` +
    `(format parquet, compression ${codec}, field_ids {${ids.join(', ')}}, kv_metadata {${footer.join(', ')}})`
  );
}

/** A limit of DuckDB's own must never reject what the contract accepts. */
function source({ select, longestLineBytes }: RowsToEncode, linesFile: string): string {
  const columns = Object.entries(select.lineColumns).map(([name, type]) => `${literal(name)}: ${literal(type)}`);
  return (
    `read_json(${literal(linesFile)}, format = 'newline_delimited', columns = {${columns.join(', ')}}, ` +
    `maximum_object_size = ${Math.max(MIN_OBJECT_BYTES, longestLineBytes + 1)})`
  );
}

/** DuckDB allocates buffers of this size: smaller ones cost more reads, larger ones more memory. */
const MIN_OBJECT_BYTES = 1024 * 1024;

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Whether DuckDB cannot cast or parse rows, as opposed to a full disk or exhausted memory. */
function isRefusal(cause: unknown): boolean {
  return /^(Invalid Input|Conversion|Out of Range|Invalid Unicode|Mismatch Type|Syntax) Error/.test(firstLine(cause));
}

/** Only the kind, because the rest of the message quotes the payload. */
function kindOf(cause: unknown): string {
  return firstLine(cause).split(':', 1)[0] ?? '';
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split('\n', 1)[0] ?? '';
}
