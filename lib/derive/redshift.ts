import type { Contract } from '../contracts/contract.ts';
import type { Column } from './columns.ts';
import { catalogTables, DEAD_LETTERS, LAKE_DATABASE, type TableName } from './names.ts';

/** VARCHAR counts bytes, and a character of UTF-8 takes up to four. */
const BYTES_A_CHARACTER = 4;
const NAME_CHARACTERS = 256;
/** The widest VARCHAR there is. */
const MAX_VARCHAR_BYTES = 65_535;
const MAX_VARBYTE_BYTES = 1_024_000;

/** Text that is longer than a name, by column: characters. */
const longTexts: ReadonlyMap<string, number> = new Map([
  ['address', 1024],
  ['page_url', 2048],
  ['message_text', MAX_VARCHAR_BYTES],
  ['comment', MAX_VARCHAR_BYTES],
]);

/** The Redshift type of a column in a native table: `varchar(1024)`. */
export function redshiftType(column: Pick<Column, 'name' | 'type' | 'json' | 'rule'>): string {
  const { type } = column;
  switch (type.kind) {
    case 'string':
      return `varchar(${widthBytes(column)})`;
    case 'integer':
    case 'bigint':
    case 'boolean':
    case 'timestamp':
      return type.kind;
    case 'double':
      return 'double precision';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'bytes':
      return `varbyte(${MAX_VARBYTE_BYTES})`;
    default:
      return type satisfies never;
  }
}

function widthBytes({ name, json, rule }: Pick<Column, 'name' | 'json' | 'rule'>): number {
  if (json) return MAX_VARCHAR_BYTES;
  if (rule?.oneOf !== undefined) return Math.max(...rule.oneOf.map((text) => Buffer.byteLength(text)));
  return Math.min((longTexts.get(name) ?? NAME_CHARACTERS) * BYTES_A_CHARACTER, MAX_VARCHAR_BYTES);
}

/**
 * A native Redshift table with these columns, if there is none yet. It declares no keys: Redshift would not enforce them,
 * and would plan as if they held.
 */
export function redshiftTable({ database, table }: TableName, columns: readonly Column[]): string {
  const lines = columns.map((column) => {
    const required = column.nullable ? '' : ' not null';
    return `  "${column.name}" ${redshiftType(column)}${required}`;
  });
  return `create table if not exists "${database}"."${table}" (\n${lines.join(',\n')}\n)\nsortkey ("event_time")`;
}

/** A Redshift schema through which Spectrum shows a database of the catalogue. */
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

/** Every table of the lake as Redshift names it: `lake.shop_purchases`, `s3_spectrum_random_profile.random_customers`. */
export function externalTables(contracts: readonly Contract[]): readonly string[] {
  const schemas = new Map(externalSchemas(contracts).map(({ schema, database }) => [database, schema]));
  return [...contracts.flatMap(catalogTables), DEAD_LETTERS].map(
    ({ database, table }) => `${schemas.get(database) ?? database}.${table}`,
  );
}

/** The statement that makes an external schema. A view over its tables needs `with no schema binding`. */
export function externalSchemaStatement({ schema, database }: ExternalSchema, iamRoleArn: string): string {
  return `create external schema if not exists "${schema}"
from data catalog database '${database}'
iam_role '${iamRoleArn}'`;
}
