import type { Dialect } from './dialect.ts';
import type { Kept, Model } from './model.ts';
import { addUp, mergeByKey, replaceAll, replaceHour } from './write-statements.ts';

/** How models of one kind are kept: everything that differs between the kinds. */
interface ModelKind {
  /** Whether its rows are in a table; a view has none. */
  readonly hasTable: boolean;
  /** Whether the warehouse finds existing rows by key. */
  readonly findsRows: boolean;
  /** Whether the select binds its hour: required if a run covers one hour, and impossible for a view. */
  readonly hour: 'must' | 'may' | 'never';
  /** Entries of the header that only this kind has. */
  readonly entries: readonly string[];
  /** Those of them that name columns and are required. */
  readonly required: readonly ('key' | 'hour')[];
  /** The statements that write the rows of the temporary table `staged` to the model's table. */
  write(model: Model, dialect: Dialect): readonly string[];
}

/** @see docs/models.md for what each kind means to the author of a model. */
export const kinds: { readonly [Kind in Kept]: ModelKind } = {
  view: { hasTable: false, findsRows: false, hour: 'never', entries: ['within'], required: [], write: () => [] },
  replace_hour: {
    hasTable: true,
    findsRows: false,
    hour: 'must',
    entries: ['hour'],
    required: ['hour'],
    write: replaceHour,
  },
  merge: {
    hasTable: true,
    findsRows: true,
    hour: 'must',
    entries: ['key', 'newest', 'least', 'sum'],
    required: ['key'],
    write: (model, dialect) => (model.sum.length > 0 ? addUp(model, dialect) : mergeByKey(model, dialect)),
  },
  rebuild: { hasTable: true, findsRows: false, hour: 'may', entries: [], required: [], write: replaceAll },
};
