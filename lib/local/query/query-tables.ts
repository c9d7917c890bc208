import { lakeTables } from '../../adapters/duckdb/lake-views.ts';
import type { QueryTable } from '../../api/query-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { type ColumnType, partitionColumns } from '../../derive/columns.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { type MetricDefinition, metricDefinitions } from '../../derive/metric-definitions.ts';
import { lakeTable, type TableName } from '../../derive/names.ts';
import { OPS_TABLES } from '../../pipeline/transform/ledger.ts';
import type { Model } from '../../pipeline/transform/model.ts';
import { queryExamples } from './query-examples.ts';

/**
 * Everything that a query can read: the lake's tables under each of their names, the models' tables in their order, and
 * the models' ledger.
 * @param settings of the metrics among the examples
 */
export function queryTables(
  contracts: readonly Contract[],
  models: readonly Pick<Model, 'name' | 'columns'>[],
  settings?: { readonly windowSeconds: number },
): readonly QueryTable[] {
  const metrics = contracts.flatMap((contract) => metricDefinitions(contract, settings));
  const ofLake = lakeTables(contracts).map(({ name, columns }) => {
    const ofTable = metrics.filter(({ stream }) => sqlName(lakeTable({ name: stream })) === sqlName(name));
    return withExamples({ name: sqlName(name), columns: typed([...columns, ...partitionColumns]) }, ofTable);
  });
  const ofModels = models.map(({ name, columns }) => withExamples({ name, columns: typed(columns) }));
  const ledger = Object.entries(OPS_TABLES).map(([name, columns]) =>
    withExamples({ name, columns: columns.map(declared) }),
  );
  return [...ofLake, ...ofModels, ...ledger];
}

const sqlName = ({ database, table }: TableName) => `${database}.${table}`;

function withExamples(
  table: Pick<QueryTable, 'name' | 'columns'>,
  metrics: readonly MetricDefinition[] = [],
): QueryTable {
  return { ...table, examples: queryExamples(table, metrics) };
}

/** `error varchar(4096)`: DuckDB's varchar has no width. */
function declared(column: string) {
  const [name = '', type = ''] = column.replace(/\(.*/, '').split(' ');
  return { name, type: type.toUpperCase() };
}

const typed = (columns: readonly { readonly name: string; readonly type: ColumnType }[]) =>
  columns.map(({ name, type }) => ({ name, type: duckdbType(type) }));
