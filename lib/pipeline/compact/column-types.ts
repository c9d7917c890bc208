import type { ObjectDescription } from '../ports.ts';
import { HourNotCompactedError } from './hour-not-compacted-error.ts';
import type { TableToCompact } from './table-to-compact.ts';

/** The Parquet type of a contract's type, and other types whose values can all be cast to it. */
const CASTABLE: readonly (readonly [duckdb: RegExp, parquet: RegExp])[] = [
  // Not raw bytes: a cast would escape them, and bytes that are not text have no cast.
  [/^VARCHAR$/, /UTF8|^(INT|DOUBLE|FLOAT|BOOLEAN)/],
  [/^INTEGER$/, /^INT32( INT_32)?$/],
  [/^BIGINT$/, /^INT(32|64)( INT_(32|64))?$/],
  [/^DOUBLE$/, /^(DOUBLE|FLOAT|INT32( INT_32)?)$/],
  [/^BOOLEAN$/, /^BOOLEAN$/],
  [/^TIMESTAMP$/, /^INT64 TIMESTAMP_MICROS$/],
  [/^DECIMAL/, /^\S+ DECIMAL/],
];

/**
 * Ensures that every cast of a compaction will succeed, whatever the values. Called before anything is sealed.
 * @throws an error naming column, object and types.
 */
export function assertCastable(
  { table, columns }: Pick<TableToCompact, 'table' | 'columns'>,
  objects: readonly (Pick<ObjectDescription, 'columns'> & { readonly key: string })[],
): void {
  for (const { name, type } of columns) {
    const castable = CASTABLE.find(([duckdb]) => duckdb.test(type))?.[1];
    for (const object of objects) {
      const found = object.columns[name];
      if (found === undefined || castable?.test(found)) continue;
      throw new HourNotCompactedError(
        `${table.table}: ${object.key} has ${found} in the column ${name}, which cannot be ${type} for certain; the hour is not compacted`,
      );
    }
  }
}
