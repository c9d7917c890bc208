import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { quoted } from '../../derive/quoted.ts';
import type { ObjectDescription, ObjectFiles, ObjectStore, PartToWrite, PartWriter } from '../../pipeline/ports.ts';
import { DamagedObjectError, readFooter } from '../../pipeline/read-facts.ts';
import { makeFolder } from '../make-folder.ts';
import { damagedObjects } from './damaged-objects.ts';
import { openDuckdb } from './open-duckdb.ts';

export interface DuckdbPartWriterOptions {
  readonly store: ObjectStore & ObjectFiles;
  /** A folder of the writer's own, for the part that is being made; what a killed process left there goes with the next part. */
  readonly dir: string;
  readonly memoryMegabytes: number;
}

/**
 * Makes compacted objects with DuckDB, on one thread: zstd, Parquet version 1, which every reader of the lake knows. Inputs and
 * part are files of the local disk; DuckDB streams from the ones to the other, a row group at a time.
 * @see https://duckdb.org/docs/stable/data/parquet/overview
 */
export function duckdbPartWriter(options: DuckdbPartWriterOptions): PartWriter {
  const { store } = options;
  let last: Promise<unknown> = Promise.resolve();
  return {
    describe: async (key) => describe(await readFooter(store, key), (await store.readTail(key, 0)).sizeBytes),
    write(part) {
      const next = last.then(() => writePart(options, part));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

async function writePart({ store, dir, memoryMegabytes }: DuckdbPartWriterOptions, part: PartToWrite) {
  await rm(dir, { recursive: true, force: true });
  await makeFolder(dir);
  const target = join(dir, `weir-${randomUUID()}.parquet`);
  const files: Awaited<ReturnType<ObjectFiles['fetch']>>[] = [];
  const { connection, close } = await openDuckdb(':memory:', {
    threads: '1',
    memory_limit: `${memoryMegabytes}MB`,
    temp_directory: join(dir, 'duckdb'),
  });
  try {
    for (const key of part.inputs) files.push(await store.fetch(key));
    const paths = files.map(({ path }) => path);
    await connection.run(await copyStatement(connection, part, paths, target)).catch(async (error) => {
      throw await explained(error, connection, part.inputs, paths);
    });
    return await store.putFileIfAbsent(part.key, target, part.footer);
  } finally {
    close();
    for (const file of files) await file.release();
    await rm(dir, { recursive: true, force: true });
  }
}

async function copyStatement(
  connection: DuckDBConnection,
  part: PartToWrite,
  paths: readonly string[],
  target: string,
) {
  const { columns, rowGroupRows, footer } = part;
  const keyValues = Object.entries(footer).map(([key, value]) => `${key}: ${literal(value)}`);
  return (
    `copy (${await selectStatement(connection, columns, paths)}) to ${literal(target)} (format parquet, compression zstd, ` +
    `parquet_version v1, row_group_size ${rowGroupRows}, kv_metadata {${keyValues.join(', ')}})`
  );
}

/** Columns that no input has yet are null; those that the contract has no more are kept behind the others. */
async function selectStatement(
  connection: DuckDBConnection,
  columns: PartToWrite['columns'],
  paths: readonly string[],
) {
  const none = columns.map(({ name, type }) => `cast(null as ${type}) as ${quoted(name)}`);
  if (paths.length === 0) return `select ${none.join(', ')} where false`;
  const source = `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`;
  const described = await connection.runAndReadAll(`describe select * from ${source}`);
  const there = described.getRowObjectsJson().map(({ column_name }) => String(column_name));
  const known = columns.map(({ name, type }, index) =>
    there.includes(name) ? `cast(${quoted(name)} as ${type}) as ${quoted(name)}` : none[index],
  );
  const others = there.filter((name) => !columns.some((column) => column.name === name)).map(quoted);
  return `select ${[...known, ...others].join(', ')} from ${source}`;
}

async function explained(
  error: unknown,
  connection: DuckDBConnection,
  keys: readonly string[],
  paths: readonly string[],
) {
  const message = error instanceof Error ? error.message : String(error);
  const found = await damagedObjects(connection, '', paths, message);
  const named = paths.reduce((text, path, index) => text?.replaceAll(path, keys[index] ?? path), found);
  return named === undefined ? error : new DamagedObjectError(named, { cause: error });
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

function describe(footer: FileMetaData, sizeBytes: number): ObjectDescription {
  const rawBytes = footer.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
  const leaves = footer.schema.filter(({ type }) => type !== undefined);
  return {
    rows: Number(footer.num_rows),
    sizeBytes,
    rawBytes,
    columns: Object.fromEntries(leaves.map((leaf) => [leaf.name, parquetType(leaf)])),
  };
}

/** `INT64 TIMESTAMP_MICROS`, `INT32 DECIMAL(12,2)`, `BYTE_ARRAY UTF8`. */
function parquetType({ type, converted_type: converted, precision, scale }: SchemaElement): string {
  if (converted === undefined) return String(type);
  return converted === 'DECIMAL' ? `${type} DECIMAL(${precision},${scale})` : `${type} ${converted}`;
}
