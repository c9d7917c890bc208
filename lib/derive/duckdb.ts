import { type Column, type ColumnType, partitionColumns } from './columns.ts';
import type { TableName } from './names.ts';
import { quoted } from './quoted.ts';

/** The DuckDB type of a column: `DECIMAL(12,2)`. */
export function duckdbType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'VARCHAR';
    case 'integer':
      return 'INTEGER';
    case 'bigint':
      return 'BIGINT';
    case 'double':
      return 'DOUBLE';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'boolean':
      return 'BOOLEAN';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'date':
      return 'DATE';
    default:
      return type satisfies never;
  }
}

/** The table as an empty view, for a table that has no objects yet. The partition's columns come last. */
export function emptyView({ database, table }: TableName, columns: readonly Column[]): string {
  const nulls = [...columns, ...partitionColumns].map(
    ({ name, type }) => `  cast(null as ${duckdbType(type)}) as ${quoted(name)}`,
  );
  const name = `${quoted(database)}.${quoted(table)}`;
  return `create or replace view ${name} as\nselect\n${nulls.join(',\n')}\nwhere false`;
}
