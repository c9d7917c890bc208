import { join } from 'node:path';
import type { Contract } from '../../contracts/contract.ts';
import { type Column, columns, deadLetterColumns, partitionColumns } from '../../derive/columns.ts';
import { duckdbType, emptyView, quoted } from '../../derive/duckdb.ts';
import { catalogTables, DEAD_LETTERS, type TableName } from '../../derive/names.ts';
import { externalSchemas } from '../../derive/redshift.ts';
import type { Catalog, ObjectStore } from '../../pipeline/ports.ts';

/** A table as it can be queried. */
export interface LakeTable {
  /** As it is queried. */
  readonly name: TableName;
  /** As the catalogue knows it. */
  readonly registered: TableName;
  readonly columns: readonly Column[];
}

/** Every table of the lake, under each of its names: those of the catalogue, and those of Redshift's external schemas. */
export function lakeTables(contracts: readonly Contract[]): readonly LakeTable[] {
  const schemas = externalSchemas(contracts);
  const named = (registered: TableName, tableColumns: readonly Column[]): readonly LakeTable[] => {
    const others = schemas.filter(({ database, schema }) => database === registered.database && schema !== database);
    const names = [registered, ...others.map(({ schema }) => ({ ...registered, database: schema }))];
    return names.map((name) => ({ name, registered, columns: tableColumns }));
  };
  const ofStreams = contracts.flatMap((contract) =>
    catalogTables(contract).flatMap((registered) => named(registered, columns(contract))),
  );
  return [...ofStreams, ...named(DEAD_LETTERS, deadLetterColumns)];
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
