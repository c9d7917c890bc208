import type { ColumnType } from '../../derive/columns.ts';

/** How a model's table is kept. */
export type Kept = 'view' | 'replace_hour' | 'merge' | 'rebuild';

/** A column of a model. */
export interface ModelColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Determines Redshift's width and DuckDB's type, as for a lake table's column. */
  readonly nullable: boolean;
  readonly json: boolean;
  /** Whether it is personal data, if the header declares it; otherwise the name decides: see `personal-columns.ts`. */
  readonly personal?: boolean;
}

/** A test of the rows that a run is about to publish. A failure shows its text. */
export type DataTest =
  | { readonly kind: 'unique'; readonly text: string; readonly columns: readonly string[] }
  | { readonly kind: 'not null'; readonly text: string; readonly columns: readonly string[] }
  | {
      readonly kind: 'relationship';
      readonly text: string;
      readonly column: string;
      /** `prod.dim_product` */
      readonly table: string;
      readonly tableColumn: string;
    }
  | { readonly kind: 'accepted values'; readonly text: string; readonly column: string; readonly values: string }
  | { readonly kind: 'expression'; readonly text: string; readonly expression: string };

/** One model: a `select` in `sql/<schema>/<name>.sql`, and its header. */
export interface Model {
  /** `analytics.rooms` */
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  /** The name used in messages: `sql/analytics/rooms.sql`. */
  readonly file: string;
  readonly description: string;
  /** The columns that tell one row from another. */
  readonly grain: readonly string[];
  readonly kept: Kept;
  readonly columns: readonly ModelColumn[];
  /** In `merge`: the columns that identify an existing row. */
  readonly key: readonly string[];
  /** In `merge`: a row is replaced by one that is not older by these columns, compared one after the other. */
  readonly newest: readonly string[];
  /** In `merge`: columns whose values only decrease. */
  readonly least: readonly string[];
  /** In `merge`: columns that add up over the hours. */
  readonly sum: readonly string[];
  /** In `replace_hour`: the timestamp whose hour a row is replaced with. */
  readonly hour: string;
  /** In `view`: a condition for the rows that an hour's tests check; null for all. */
  readonly within: string | null;
  readonly sort: readonly string[];
  /** `even`, `all`, or a column. */
  readonly distribution: string;
  readonly tests: readonly DataTest[];
  readonly select: string;
  /** Changes with the file, and with the columns that it takes from a contract. */
  readonly definition: string;
  /** The tables that the select and the tests read: models and lake tables. */
  readonly reads: readonly string[];
  readonly parameters: readonly string[];
}

/** An invalid model file, or models that do not fit together. The message names the files. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** The parameters of a model's select. Timestamps and dates are text, as all parameters are. */
export const MODEL_PARAMETERS: Readonly<Record<string, string>> = {
  hour_start: 'start of the hour, a timestamp',
  hour_end: 'end of the hour, a timestamp that is outside of it',
  dt: 'the hour’s day as the lake names it, such as 2026-01-31',
  hour: 'the hour of that day, 0 to 23',
  loaded_at: 'when the run began, a timestamp',
  window_seconds: 'length of a tumbling window',
};
