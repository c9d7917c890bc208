import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import pLimit from 'p-limit';
import type { Contract } from '../../contracts/contract.ts';
import { type Column, columns, deadLetterColumns, PAYLOAD, partitionColumns } from '../../derive/columns.ts';
import { duckdbType, emptyView } from '../../derive/duckdb.ts';
import { catalogTables, DEAD_LETTERS, lakeTable, type TableName } from '../../derive/names.ts';
import { quoted } from '../../derive/quoted.ts';
import { externalSchemas } from '../../derive/redshift.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { isRowsKey } from '../../pipeline/generation.ts';
import type { Catalog, ObjectStore } from '../../pipeline/ports.ts';

/** A queryable table. */
export interface LakeTable {
  /** The name in queries. */
  readonly name: TableName;
  /** The name in the catalogue. */
  readonly registered: TableName;
  /** The table whose folder holds its objects. */
  readonly folder: TableName;
  readonly columns: readonly Column[];
}

/** Every table of the lake, under each of its names: the catalogue's, and those of Redshift's external schemas. */
export function lakeTables(contracts: readonly Contract[]): readonly LakeTable[] {
  const schemas = externalSchemas(contracts);
  const named = (registered: TableName, tableColumns: readonly Column[], folder: TableName): readonly LakeTable[] => {
    const others = schemas.filter(({ database, schema }) => database === registered.database && schema !== database);
    const names = [registered, ...others.map(({ schema }) => ({ ...registered, database: schema }))];
    return names.map((name) => ({ name, registered, folder, columns: tableColumns }));
  };
  const ofStreams = contracts.flatMap((contract) =>
    catalogTables(contract).flatMap((registered) => named(registered, columns(contract), lakeTable(contract))),
  );
  return [...ofStreams, ...named(DEAD_LETTERS, deadLetterColumns, DEAD_LETTERS)];
}

/** The number of concurrent listings. */
const LIST_AT_ONCE = 32;

/**
 * The keys that a reader such as Athena would read: every object in the current generation of each catalogued hour, or
 * only of the given hours.
 */
export async function tableObjects(
  {
    catalog,
    store,
  }: { readonly catalog: Pick<Catalog, 'partition' | 'partitions'>; readonly store: Pick<ObjectStore, 'list'> },
  table: TableName,
  hours?: readonly HourOfTable[],
): Promise<readonly string[]> {
  const atOnce = pLimit(LIST_AT_ONCE);
  const partitions =
    hours === undefined
      ? await catalog.partitions(table)
      : await atOnce.map(hours, (hour) => catalog.partition(table, hour));
  const locations = partitions.flatMap((partition) => partition?.location ?? []);
  const keys = await atOnce.map(locations, (location) => store.list(location));
  return keys.flat().filter(isRowsKey);
}

/**
 * Creates the table's view over these objects, with the columns of the contract and of the table partition. In objects
 * written before a column was added it is null; payloads that dead letters hold as bytes are shown as text.
 */
export async function showLakeTable(
  connection: DuckDBConnection,
  table: LakeTable,
  { dir, keys }: { readonly dir: string; readonly keys: readonly string[] },
): Promise<void> {
  if (keys.length === 0) {
    await connection.run(emptyView(table.name, table.columns));
    return;
  }
  const files = keys.map((key) => join(dir, key));
  const withBytes = table.name.table === DEAD_LETTERS.table ? await filesWithBytes(connection, files) : new Set();
  const all = [...table.columns, ...partitionColumns];
  const noRows = all.map(({ name, type }) => `cast(null as ${duckdbType(type)}) as ${quoted(name)}`).join(', ');
  const parts = [
    rowsOf(
      '*',
      files.filter((file) => !withBytes.has(file)),
    ),
    rowsOf(
      `* replace (${TEXT_OF_BYTES} as ${PAYLOAD})`,
      files.filter((file) => withBytes.has(file)),
    ),
  ];
  await connection.run(
    `create or replace view ${quoted(table.name.database)}.${quoted(table.name.table)} as ` +
      `select ${all.map(({ name }) => quoted(name)).join(', ')} from (select ${noRows} where false${parts.join('')})`,
  );
}

function rowsOf(list: string, files: readonly string[]): string {
  if (files.length === 0) return '';
  return (
    ` union all by name select ${list} from read_parquet([${files.map(literal).join(', ')}], ` +
    `union_by_name = true, hive_partitioning = true, hive_types = {'dt': varchar, 'hour': integer})`
  );
}

/** The dead-letter objects among these whose payload is not text yet, according to their footers. */
async function filesWithBytes(connection: DuckDBConnection, files: readonly string[]): Promise<ReadonlySet<unknown>> {
  const footers = await connection.runAndReadAll(
    `select file_name from parquet_schema([${files.map(literal).join(', ')}]) ` +
      `where name = '${PAYLOAD}' and converted_type is distinct from 'UTF8'`,
  );
  return new Set(footers.getRows().map(([file]) => file));
}

/** The same text as `pipeline/dead-letters.ts` writes. */
const TEXT_OF_BYTES =
  `case when contains(coalesce(try(decode(${PAYLOAD})), chr(0)), chr(0)) or starts_with(try(decode(${PAYLOAD})), 'base64:') ` +
  `then 'base64:' || to_base64(${PAYLOAD}) else try(decode(${PAYLOAD})) end`;

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
