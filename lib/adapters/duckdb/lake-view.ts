import { type Column, partitionColumns } from '../../derive/columns.ts';
import { duckdbType, emptyView, quoted } from '../../derive/duckdb.ts';
import type { TableName } from '../../derive/names.ts';

/**
 * The statement that makes a table's view over exactly these files, with the columns of its contract and those of the
 * table partition. Objects from before a column was added have null there.
 */
export function lakeView(name: TableName, columns: readonly Column[], files: readonly string[]): string {
  if (files.length === 0) return emptyView(name, columns);
  const all = [...columns, ...partitionColumns];
  const noRows = all.map(({ name, type }) => `cast(null as ${duckdbType(type)}) as ${quoted(name)}`).join(', ');
  return (
    `create or replace view ${quoted(name.database)}.${quoted(name.table)} as ` +
    `select ${all.map((column) => quoted(column.name)).join(', ')} from (` +
    `select ${noRows} where false union all by name select * from read_parquet([${files.map(literal).join(', ')}], ` +
    `union_by_name = true, hive_partitioning = true, hive_types = {'dt': varchar, 'hour': integer}))`
  );
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
