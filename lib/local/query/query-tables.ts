import { lakeTables } from '../../adapters/duckdb/lake-views.ts';
import type { QueryTable } from '../../api/query-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { type ColumnType, partitionColumns } from '../../derive/columns.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { OPS_TABLES } from '../../pipeline/transform/ledger.ts';
import type { Model } from '../../pipeline/transform/model.ts';

/**
 * Everything that a query can read: the lake's tables under each of their names, the models' tables in their order, and
 * the models' ledger.
 */
export function queryTables(contracts: readonly Contract[], models: readonly Model[]): readonly QueryTable[] {
  const ofLake = lakeTables(contracts).map(({ name, columns }) => ({
    name: `${name.database}.${name.table}`,
    columns: typed([...columns, ...partitionColumns]),
  }));
  const ofModels = models.map(({ name, columns }) => ({ name, columns: typed(columns) }));
  const ledger = Object.entries(OPS_TABLES).map(([name, columns]) => ({ name, columns: columns.map(declared) }));
  return [...ofLake, ...ofModels, ...ledger];
}

/** `error varchar(4096)`: DuckDB's varchar has no width. */
function declared(column: string) {
  const [name = '', type = ''] = column.replace(/\(.*/, '').split(' ');
  return { name, type: type.toUpperCase() };
}

const typed = (columns: readonly { readonly name: string; readonly type: ColumnType }[]) =>
  columns.map(({ name, type }) => ({ name, type: duckdbType(type) }));
