import type { Contract } from '../contracts/contract.ts';
import { MAX_TEXT_BYTES } from '../contracts/text-limit.ts';
import type { Column, ColumnType } from './columns.ts';
import { catalogTables, DEAD_LETTERS, LAKE_DATABASE, type TableName } from './names.ts';

/** The type of a column in a native Redshift table: `varchar(1024)`, which counts bytes. */
export function redshiftType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return `varchar(${type.maxBytes ?? MAX_TEXT_BYTES})`;
    case 'integer':
    case 'bigint':
    case 'boolean':
    case 'timestamp':
    case 'date':
      return type.kind;
    case 'double':
      return 'double precision';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    default:
      return type satisfies never;
  }
}

/**
 * The statement that creates a native Redshift table if it does not exist. It declares no keys: Redshift would not
 * enforce them, but its planner would rely on them.
 */
export function redshiftTable({ database, table }: TableName, columns: readonly Column[]): string {
  const lines = columns.map((column) => {
    const required = column.nullable ? '' : ' not null';
    return `  "${column.name}" ${redshiftType(column.type)}${required}`;
  });
  return `create table if not exists "${database}"."${table}" (\n${lines.join(',\n')}\n)\nsortkey ("event_time")`;
}

/** A Redshift external schema for a database of the catalogue. */
export interface ExternalSchema {
  readonly schema: string;
  readonly database: string;
}

/** One external schema for each database that the contracts' tables are in; `lake` keeps its name. */
export function externalSchemas(contracts: readonly Contract[]): readonly ExternalSchema[] {
  const databases = new Set(contracts.flatMap(catalogTables).map(({ database }) => database));
  return [...databases].map((database) => ({
    schema: database === LAKE_DATABASE ? LAKE_DATABASE : `s3_spectrum_${database}`,
    database,
  }));
}

/**
 * Every table of the lake as Redshift names it: `lake.shop_purchases`, `s3_spectrum_random_profile.random_customers`.
 */
export function externalTables(contracts: readonly Contract[]): readonly string[] {
  return [...contracts.flatMap(catalogTables), DEAD_LETTERS].map(nameInSchemas(contracts));
}

/** The external tables of one stream, under all its names. */
export function externalTablesOf(contracts: readonly Contract[], contract: Contract): readonly string[] {
  return catalogTables(contract).map(nameInSchemas(contracts));
}

function nameInSchemas(contracts: readonly Contract[]): (table: TableName) => string {
  const schemas = new Map(externalSchemas(contracts).map(({ schema, database }) => [database, schema]));
  return ({ database, table }) => `${schemas.get(database) ?? database}.${table}`;
}

/** The statement that creates an external schema. A view over its tables needs `with no schema binding`. */
export function externalSchemaStatement({ schema, database }: ExternalSchema, iamRoleArn: string): string {
  return `create external schema if not exists "${schema}"
from data catalog database '${database}'
iam_role '${iamRoleArn}'`;
}
