import type { QueryTable } from '../../lib/api/query-routes.ts';

/** A value of an answer's row; 64-bit integers and decimals are text, nested values are JSON. */
export type Cell = unknown;

/** The answer of `POST /query`. */
export interface SqlResult {
  readonly columns: QueryTable['columns'];
  readonly rows: readonly (readonly Cell[])[];
  readonly truncated: boolean;
  readonly took_ms: number;
}

export type Column = SqlResult['columns'][number];

/** Longer text is cut in the table; the whole is shown on request. */
export const MAX_CELL_TEXT = 120;

/** The value as text, with every digit; `null` has no text. */
export function cellText(value: Cell): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The number of rows that the table shows at first, and adds on request: a page of 10,000 rows would be slow. */
export const ROWS_AT_ONCE = 200;

export const isNumeric = ({ type }: Column) =>
  /^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT)/.test(type);

export const isTime = ({ type }: Column) => /^(TIMESTAMP|DATE)/.test(type);

const isCategory = ({ type }: Column) => /^(VARCHAR|BOOLEAN|ENUM)/.test(type);

/** What a chart draws: a category or time along one axis, a number along the other. */
export interface ChartedColumns {
  /** Columns that can be the category or time. */
  readonly along: readonly Column[];
  readonly numbers: readonly Column[];
}

/** Null if no chart can be drawn of the columns. */
export function chartedColumns(columns: readonly Column[]): ChartedColumns | null {
  const times = columns.filter(isTime);
  const along = [...times, ...columns.filter(isCategory)];
  const numbers = columns.filter(isNumeric);
  return along.length === 0 || numbers.length === 0 ? null : { along, numbers };
}

export interface ChartPoint {
  /** The text of the category, or of the time. */
  readonly label: string;
  /** Null for null and for what no double can show. */
  readonly value: number | null;
  /** The value with every digit. */
  readonly text: string;
}

/** One point a row, in the order of the rows; times in their own order. */
export function chartPoints({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>, along: string, number: string) {
  const [x, y] = [along, number].map((name) => columns.findIndex((column) => column.name === name));
  const points = rows.map((row): ChartPoint => {
    const text = cellText(row[y ?? -1]);
    const value = text === null ? Number.NaN : Number(text);
    return {
      label: cellText(row[x ?? -1]) ?? 'NULL',
      value: Number.isFinite(value) ? value : null,
      text: text ?? 'NULL',
    };
  });
  const column = columns[x ?? -1];
  if (column === undefined || !isTime(column)) return points;
  // ISO 8601 texts sort like their times.
  return points.toSorted((one, other) => (one.label < other.label ? -1 : one.label > other.label ? 1 : 0));
}
