import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { quoted } from '../../derive/quoted.ts';
import {
  type ObjectDescription,
  type ObjectFiles,
  ObjectNotFoundError,
  type ObjectStore,
  type PartToWrite,
  type PartWriter,
} from '../../pipeline/ports.ts';
import { DamagedObjectError, readFooter } from '../../pipeline/read-facts.ts';
import { fileTrouble } from '../embedded/file-trouble.ts';
import { makeFolder } from '../make-folder.ts';
import { systemCodeIn } from '../system-trouble.ts';
import { damagedObjects } from './damaged-objects.ts';
import { openDuckdb } from './open-duckdb.ts';

export interface DuckdbPartWriterOptions {
  readonly store: ObjectStore & ObjectFiles;
  /** The writer's own folder, for the part being written. It is emptied before and after each part. */
  readonly dir: string;
  readonly memoryMegabytes: number;
}

/**
 * Writes compacted objects with DuckDB, on one thread: zstd, Parquet version 1, which every reader of the lake
 * supports. Inputs and part are local files; DuckDB streams from the inputs to the part, one row group at a time.
 * @see https://duckdb.org/docs/stable/data/parquet/overview
 */
export function duckdbPartWriter(options: DuckdbPartWriterOptions): PartWriter {
  const { store } = options;
  let last: Promise<unknown> = Promise.resolve();
  return {
    describe: async (key) => describe(await readFooter(store, key), (await store.readTail(key, 0)).sizeBytes),
    write(part) {
      const next = last.then(() => writePart(options, part));
      // The caller receives the error; the next part must still run.
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
    for (const key of part.inputs) files.push(await fetched(store, key));
    const paths = files.map(({ path }) => path);
    try {
      await connection.run(await copyStatement(connection, part, paths, target));
    } catch (error) {
      const isFull = FULL.includes(systemCodeIn(String(error)) ?? '');
      throw isFull ? fileTrouble('make', target, error) : await explained(error, connection, part.inputs, paths);
    }
    return await store.putFileIfAbsent(part.key, target, part.footer);
  } finally {
    close();
    for (const file of files) await file.release();
    await rm(dir, { recursive: true, force: true });
  }
}

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

async function fetched(store: ObjectFiles, key: string) {
  try {
    return await store.fetch(key);
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    const advice = 'put it back from a copy; until then readers see the hour as it was before its compaction';
    throw new DamagedObjectError(`${key}: the object is gone, and its rows with it; ${advice}`, { cause: error });
  }
}

async function copyStatement(
  connection: DuckDBConnection,
  { columns, rowGroupRows, footer }: PartToWrite,
  paths: readonly string[],
  target: string,
) {
  const found = await columnsOf(connection, paths);
  const others = [...found.keys()].filter((name) => !columns.some((column) => column.name === name));
  // A duplicate number would be refused: the contract's column keeps it.
  const ids = new Map<number | null, string>(others.map((name) => [found.get(name) ?? null, name]));
  for (const { name, fieldId } of columns) ids.set(fieldId, name);
  ids.delete(null);
  const fieldIds = [...ids].map(([id, name]) => `${quoted(name)}: ${id}`);
  const keyValues = Object.entries(footer).map(([key, value]) => `${key}: ${literal(value)}`);
  return (
    `copy (${selectStatement(columns, { found, others, paths })}) to ${literal(target)} (format parquet, compression zstd, ` +
    `parquet_version v1, row_group_size ${rowGroupRows}, field_ids {${fieldIds.join(', ')}}, kv_metadata {${keyValues.join(', ')}})`
  );
}

type FoundColumns = ReadonlyMap<string, number | null>;

/** Column to field id, over all objects, in order of appearance. */
async function columnsOf(connection: DuckDBConnection, paths: readonly string[]): Promise<FoundColumns> {
  const found = new Map<string, number | null>();
  if (paths.length === 0) return found;
  const schema = `select name, field_id from parquet_schema([${paths.map(literal).join(', ')}]) where num_children is null`;
  for (const { name, field_id: id } of (await connection.runAndReadAll(schema)).getRowObjectsJson()) {
    const fieldId = id === null ? null : Number(id);
    found.set(String(name), found.get(String(name)) ?? fieldId);
  }
  return found;
}

/** Columns that no input has yet are null; columns that the contract no longer has are kept, after the others. */
function selectStatement(
  columns: PartToWrite['columns'],
  {
    found,
    others,
    paths,
  }: { readonly found: FoundColumns; readonly others: readonly string[]; readonly paths: readonly string[] },
): string {
  const known = columns.map(({ name, type }) => {
    const value = found.has(name) ? quoted(name) : 'null';
    return `cast(${value} as ${type}) as ${quoted(name)}`;
  });
  const list = [...known, ...others.map(quoted)].join(', ');
  if (paths.length === 0) return `select ${list} where false`;
  return `select ${list} from read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`;
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
