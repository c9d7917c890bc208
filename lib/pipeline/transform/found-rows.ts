import { quoted } from '../../derive/quoted.ts';
import type { Model, ModelColumn } from './model.ts';
import { sameKey } from './same-key.ts';

/**
 * How a warehouse finds the rows of a `merge` model's table again whose keys a temporary table holds, and deletes them.
 * What that costs is all of a merge that grows with the table.
 */
export interface FoundRows {
  /** What the table has beside the model's columns; null where nothing. */
  readonly column: { readonly name: string; readonly type: string; value(model: Pick<Model, 'key'>): string } | null;
  /** What `present` has beside `columns`, and the select that fills it. Rows with other keys may be among them. */
  readonly place: string | null;
  select(model: Model, columns: readonly ModelColumn[], keysOf: string): string;
  /** Whether a row of the table is the one of `present`, as a condition. */
  isPresent(model: Model): string;
  /** Deletes the rows of the table that have keys of `keysOf`; they are all in `present`. */
  remove(model: Model, keysOf: string): string;
}

const namesOf = (columns: readonly ModelColumn[]) => columns.map(({ name }) => quoted(name)).join(', ');

/** By joins on the key: the table's key columns are read twice, and those of `columns` once. */
export const byKey: FoundRows = {
  column: null,
  place: null,
  select: (model, columns, keysOf) =>
    `select ${namesOf(columns)} from ${model.name} where exists (select 1 from ${keysOf} where ${sameKey(model, keysOf, model.table)})`,
  isPresent: (model) => sameKey(model, model.table, 'present'),
  remove: (model, keysOf) => `delete from ${model.name} using ${keysOf} where ${sameKey(model, model.table, keysOf)}`,
};

/**
 * DuckDB reads a text four times as slowly as a number, and reads each column of a join in full. So the table has its
 * keys' hash, which is looked through first; rows that have one of the hashes are then fetched by their place. An index
 * would have to be written anew with every run: each run's keys are all over it.
 */
export const byHash = {
  // MD5 is the same in every release of DuckDB, which its own hash is not.
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
