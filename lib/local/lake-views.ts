import { join } from 'node:path';
import type { Contract } from '../contracts/contract.ts';
import { type Column, columns, deadLetterColumns, partitionColumns } from '../derive/columns.ts';
import { duckdbType, emptyView, quoted } from '../derive/duckdb.ts';
import { catalogTables, DEAD_LETTERS, type TableName } from '../derive/names.ts';
import type { Catalog, ObjectStore } from '../pipeline/ports.ts';

/** A table as it can be queried. */
export interface LakeTable {
  /** As it is queried. */
  readonly name: TableName;
  /** As the catalogue knows it. */
  readonly registered: TableName;
  readonly columns: readonly Column[];
}

/** Redshift's external schema over the Glue database: what is said there works here. */
const REDSHIFT_SCHEMAS: Readonly<Record<string, string>> = { random_profile: 's3_spectrum_random_profile' };

/** Every table of the lake, under each of its names. */
export function lakeTables(contracts: readonly Contract[]): readonly LakeTable[] {
  const ofStreams = contracts.flatMap((contract) =>
    catalogTables(contract).flatMap((registered) => namesOf(registered, columns(contract))),
  );
  return [...ofStreams, ...namesOf(DEAD_LETTERS, deadLetterColumns)];
}

function namesOf(registered: TableName, tableColumns: readonly Column[]): readonly LakeTable[] {
  const schema = REDSHIFT_SCHEMAS[registered.database];
  const names = schema === undefined ? [registered] : [registered, { ...registered, database: schema }];
  return names.map((name) => ({ name, registered, columns: tableColumns }));
}

/** Objects listed at the same time. */
const LIST_AT_ONCE = 32;

/** The keys that a reader such as Athena would read: every object in the current generation of each catalogued hour. */
export async function tableObjects(
  { catalog, store }: { readonly catalog: Catalog; readonly store: Pick<ObjectStore, 'list'> },
  table: TableName,
): Promise<readonly string[]> {
  const locations = (await catalog.partitions(table)).map(({ location }) => location);
  const keys: string[] = [];
  for (let at = 0; at < locations.length; at += LIST_AT_ONCE) {
    const lists = await Promise.all(locations.slice(at, at + LIST_AT_ONCE).map((location) => store.list(location)));
    for (const list of lists) for (const key of list) keys.push(key);
  }
  return keys;
}

/**
 * The statement that makes the table's view over these objects, with the columns of the contract and those of the table
 * partition. Objects from before a column was added have null there.
 */
export function lakeView(table: LakeTable, lakeDir: string, keys: readonly string[]): string {
  if (keys.length === 0) return emptyView(table.name, table.columns);
  const all = [...table.columns, ...partitionColumns];
  const noRows = all.map(({ name, type }) => `cast(null as ${duckdbType(type)}) as ${quoted(name)}`).join(', ');
  const files = keys.map((key) => literal(join(lakeDir, key))).join(', ');
  return (
    `create or replace view ${quoted(table.name.database)}.${quoted(table.name.table)} as ` +
    `select ${all.map(({ name }) => quoted(name)).join(', ')} from (` +
    `select ${noRows} where false union all by name select * from read_parquet([${files}], ` +
    `union_by_name = true, hive_partitioning = true, hive_types = {'dt': varchar, 'hour': integer}))`
  );
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
