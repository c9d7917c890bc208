import { readFileSync } from 'node:fs';
import { parquetMetadata, type SchemaElement } from 'hyparquet';

/** A column as in the catalogue. */
export interface HiveColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * The columns in a Parquet file's footer, and its number of rows, read by a library that is not involved in writing it.
 * @see https://parquet.apache.org/docs/file-format/types/
 */
export function parquetColumns(path: string): { readonly rows: number; readonly columns: readonly HiveColumn[] } {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const { schema, num_rows } = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  const [, ...columns] = schema;
  return { rows: Number(num_rows), columns: columns.map((column) => ({ name: column.name, type: hiveType(column) })) };
}

/** Each column's field id in the file's footer. */
export function parquetFieldIds(bytes: Uint8Array): Readonly<Record<string, number | undefined>> {
  const { buffer, byteOffset, byteLength } = bytes;
  const { schema } = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  return Object.fromEntries(schema.slice(1).map(({ name, field_id }) => [name, field_id]));
}

/** The type that old readers see: they know only the physical type and the converted type. */
function hiveType({ name, type, converted_type: converted, precision, scale }: SchemaElement): string {
  const known: Readonly<Record<string, string>> = {
    'BYTE_ARRAY UTF8': 'string',
    BYTE_ARRAY: 'binary',
    BOOLEAN: 'boolean',
    DOUBLE: 'double',
    INT32: 'int',
    'INT32 INT_32': 'int',
    INT64: 'bigint',
    'INT64 INT_64': 'bigint',
    'INT64 TIMESTAMP_MICROS': 'timestamp',
    'INT32 DATE': 'date',
  };
  const stored = converted === undefined ? String(type) : `${type} ${converted}`;
  const found = converted === 'DECIMAL' ? `decimal(${precision},${scale})` : known[stored];
  if (found === undefined) throw new Error(`column ${name}: expected a type that the catalogue has, found ${stored}`);
  return found;
}
