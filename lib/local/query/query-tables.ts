import { lakeTables } from '../../adapters/duckdb/lake-views.ts';
import type { QueryTable } from '../../api/query-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { type ColumnType, partitionColumns } from '../../derive/columns.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { OPS_TABLES } from '../../pipeline/transform/ledger.ts';
import type { Model } from '../../pipeline/transform/model.ts';

/** What a query can read: the lake's tables under each of their names, what the models make, in their order, and their ledger. */
export function queryTables(contracts: readonly Contract[], models: readonly Model[]): readonly QueryTable[] {
  const ofLake = lakeTables(contracts).map(({ name, columns }) => ({
    name: `${name.database}.${name.table}`,
    columns: typed([...columns, ...partitionColumns]),
  }));
  const ofModels = models.map(({ name, columns }) => ({ name, columns: typed(columns) }));
  const ledger = Object.entries(OPS_TABLES).map(([name, columns]) => ({ name, columns: columns.map(declared) }));
  return [...ofLake, ...ofModels, ...ledger];
}

/** `error varchar(4096)`: DuckDB has no widths. */
function declared(column: string) {
  const [name = '', type = ''] = column.replace(/\(.*/, '').split(' ');
  return { name, type: type.toUpperCase() };
}

const typed = (columns: readonly { readonly name: string; readonly type: ColumnType }[]) =>
  columns.map(({ name, type }) => ({ name, type: duckdbType(type) }));
