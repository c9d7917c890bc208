import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { RowEncoder, RowsToEncode } from '../../pipeline/ports.ts';

export interface DuckdbRowEncoderOptions {
  /** A folder for the two files of the object that is being made; `/tmp` in Lambda. */
  readonly dir: string;
  readonly memoryMegabytes: number;
  readonly codec: 'snappy' | 'zstd';
}

/**
 * Makes Parquet objects with DuckDB, one at a time and on one thread: the lines go to a file, one `COPY` casts them into
 * typed columns. DuckDB starts at the first call.
 * @see https://duckdb.org/docs/stable/data/parquet/overview
 */
export function duckdbRowEncoder(options: DuckdbRowEncoderOptions): RowEncoder {
  let connection: Promise<DuckDBConnection> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const encode = async (rows: RowsToEncode) => {
    connection ??= connect(options);
    return encodeOne(await connection, options, rows);
  };
  return {
    encode(rows) {
      const next = last.then(() => encode(rows));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

async function connect({ dir, memoryMegabytes }: DuckdbRowEncoderOptions): Promise<DuckDBConnection> {
  await mkdir(dir, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryMegabytes}MB`,
    temp_directory: join(dir, 'duckdb'),
    autoinstall_known_extensions: 'false',
  });
  return instance.connect();
}

async function encodeOne(connection: DuckDBConnection, { dir, codec }: DuckdbRowEncoderOptions, rows: RowsToEncode) {
  const name = join(dir, `weir-${randomUUID()}`);
  const linesFile = `${name}.ndjson`;
  const parquetFile = `${name}.parquet`;
  try {
    await writeFile(linesFile, rows.lines);
    await connection.run(copyStatement(rows, linesFile, parquetFile, codec));
    return { body: await readFile(parquetFile) };
  } catch (cause) {
    if (isRefusal(cause)) return { refused: kindOf(cause) };
    throw new Error(`making a Parquet object in ${dir} failed: ${firstLine(cause)}`, { cause });
  } finally {
    await Promise.all([rm(linesFile, { force: true }), rm(parquetFile, { force: true })]);
  }
}

function copyStatement(rows: RowsToEncode, linesFile: string, parquetFile: string, codec: string): string {
  const { incarnation, kafkaPartition, contractVersion } = rows.constants;
  const constants = { incarnation, kafka_partition: kafkaPartition, contract_version: contractVersion };
  const selectList = rows.select.selectList
    .join(', ')
    .replace(/:(incarnation|kafka_partition|contract_version)\b/g, (_, name: keyof typeof constants) =>
      String(constants[name]),
    );
  const footer = Object.entries(rows.footer).map(([key, value]) => `${key}: ${literal(value)}`);
  return (
    `copy (select ${selectList} from ${source(rows, linesFile)}) to ${literal(parquetFile)} ` +
    `(format parquet, compression ${codec}, kv_metadata {${footer.join(', ')}})`
  );
}

/** A line may be as long as all of them: a limit of DuckDB's own must never refuse what the contract accepts. */
function source({ select, lines }: RowsToEncode, linesFile: string): string {
  const columns = Object.entries(select.lineColumns).map(([name, type]) => `${literal(name)}: ${literal(type)}`);
  return (
    `read_json(${literal(linesFile)}, format = 'newline_delimited', columns = {${columns.join(', ')}}, ` +
    `maximum_object_size = ${Math.max(LEAST_OBJECT_BYTES, lines.length + 1)})`
  );
}

/** DuckDB takes buffers of this size: smaller ones cost more reads, larger ones more memory. */
const LEAST_OBJECT_BYTES = 1024 * 1024;

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** What DuckDB says of rows that it cannot cast or parse, as against a disk or memory that is full. */
function isRefusal(cause: unknown): boolean {
  return /^(Invalid Input|Conversion|Out of Range|Invalid Unicode|Mismatch Type|Syntax) Error/.test(firstLine(cause));
}

/** Only the kind: the rest of the message quotes the payload. */
function kindOf(cause: unknown): string {
  return firstLine(cause).split(':', 1)[0] ?? '';
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split('\n', 1)[0] ?? '';
}
