import { quoted } from '../../derive/quoted.ts';
import type { Model, ModelColumn } from './model.ts';
import { sameKey } from './same-key.ts';

/**
 * How a warehouse finds and deletes the rows of a `merge` model's table whose keys are in a temporary table. This is
 * the only cost of a merge that grows with the table.
 */
export interface FoundRows {
  /** An additional column of the table; null if none. */
  readonly column: { readonly name: string; readonly type: string; value(model: Pick<Model, 'key'>): string } | null;
  /**
   * An additional column of `present`, and the select that fills the table. It may also select rows with other keys.
   */
  readonly place: string | null;
  select(model: Model, columns: readonly ModelColumn[], keysOf: string): string;
  /** A condition that matches a row of the table with its row in `present`. */
  isPresent(model: Model): string;
  /** Deletes the table's rows with keys in `keysOf`; all of them are in `present`. */
  remove(model: Model, keysOf: string): string;
}

const namesOf = (columns: readonly ModelColumn[]) => columns.map(({ name }) => quoted(name)).join(', ');

/** Joins on the key: the table's key columns are read twice, and those of `columns` once. */
export const byKey: FoundRows = {
  column: null,
  place: null,
  select: (model, columns, keysOf) =>
    `select ${namesOf(columns)} from ${model.name} where exists (select 1 from ${keysOf} where ${sameKey(model, keysOf, model.table)})`,
  isPresent: (model) => sameKey(model, model.table, 'present'),
  remove: (model, keysOf) => `delete from ${model.name} using ${keysOf} where ${sameKey(model, model.table, keysOf)}`,
};

/**
 * DuckDB reads text four times more slowly than numbers, and reads each column of a join in full. So the table has a
 * hash of its keys, which is searched first; rows with one of the hashes are then fetched by their row id. An index
 * would have to be rewritten with every run, because each run's keys are spread all over it.
 */
export const byHash = {
  // MD5 is the same in every release of DuckDB; DuckDB's own hash is not.
  column: { name: 'key_hash', type: 'ubigint', value: keyHash },
  place: 'row_place',
  select: (model, columns, keysOf) =>
    `select ${namesOf(columns)}, rowid from ${model.name} where rowid in (select rowid from ${model.name} ` +
    `where key_hash in (select ${keyHash(model)} from ${keysOf}))`,
  isPresent: ({ table }) => `${table}.rowid = present.row_place`,
  remove: (model, keysOf) =>
    `delete from ${model.name} where rowid in (select row_place from present where exists ` +
    `(select 1 from ${keysOf} where ${sameKey(model, keysOf, 'present')}))`,
} satisfies FoundRows;

function keyHash({ key }: Pick<Model, 'key'>): string {
  const texts = key.map((name) => `coalesce(cast(${quoted(name)} as varchar), '-')`);
  return `md5_number_lower(${texts.join(` || '|' || `)})`;
}
