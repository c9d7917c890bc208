import { MAX_TEXT_BYTES } from '../../contracts/text-limit.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { quoted } from '../../derive/quoted.ts';
import { redshiftType } from '../../derive/redshift.ts';
import type { Warehouse } from '../ports.ts';
import { byHash, byKey, type FoundRows } from './found-rows.ts';
import type { Model, ModelColumn } from './model.ts';
import { quoteWords } from './sql-text.ts';

/** What differs between the warehouses; the models' selects are the same in all of them. */
export interface Dialect {
  columnType(column: ModelColumn): string;
  /** What a new table's column of that type is declared with further; a column that is added later has no such limit. */
  columnLimit(column: ModelColumn): string;
  /** The statement with quotes around the names that are reserved words there. */
  readonly sql: (text: string) => string;
  /** With what whole runs of several runners are made to follow each other; null where the warehouse does so by itself. */
  readonly lease: {
    /** Makes transactions that begin with it follow each other. */
    readonly lock: string;
    /** The warehouse's own time, in UTC. */
    readonly now: string;
  } | null;
  /** How `merge` finds rows again. */
  readonly foundRows: FoundRows;
  /** Whether others may read its tables only when they are granted to a role of theirs. */
  readonly hasRoles: boolean;
  /** What stands behind a view's select. */
  readonly viewEnd: string;
  /** What stands behind a table's columns. */
  tableEnd(model: Pick<Model, 'distribution' | 'sort'>): string;
}

const duckdb: Dialect = {
  columnType: ({ type }) => duckdbType(type).toLowerCase(),
  // DuckDB's VARCHAR has no length. What Redshift would refuse fails here as well, so that tests see it.
  columnLimit: ({ name, type }) =>
    type.kind === 'string' ? ` check (strlen(${quoted(name)}) <= ${type.maxBytes ?? MAX_TEXT_BYTES})` : '',
  sql: (text) => text,
  lease: null,
  foundRows: byHash,
  hasRoles: false,
  viewEnd: '',
  tableEnd: () => '',
};

/**
 * Of Redshift's reserved words, those that name a schema or column of ours.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html
 */
const RESERVED = ['raw'];

/** @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html */
const redshift: Dialect = {
  columnType: ({ type }) => redshiftType(type),
  columnLimit: () => '',
  sql: (text) => quoteWords(text, RESERVED),
  lease: { lock: 'lock table ops.lease', now: 'getdate()' },
  foundRows: byKey,
  hasRoles: true,
  viewEnd: ' with no schema binding',
  tableEnd: ({ distribution, sort }) => {
    const place = ['even', 'all'].includes(distribution)
      ? `diststyle ${distribution}`
      : `diststyle key distkey (${quoted(distribution)})`;
    return sort.length === 0 ? ` ${place}` : ` ${place} sortkey (${sort.map(quoted).join(', ')})`;
  },
};

export const dialects: Readonly<Record<Warehouse['dialect'], Dialect>> = { duckdb, redshift };
