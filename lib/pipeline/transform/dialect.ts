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
  /** The constraint that a new table declares for such a column; a column that is added later has no such limit. */
  columnLimit(column: ModelColumn): string;
  /** Quotes the names in the statement that are reserved words in the warehouse. */
  readonly sql: (text: string) => string;
  /** The SQL that serialises the runs of several runners; null if the warehouse does so itself. */
  readonly lease: {
    /** Serialises the transactions that begin with it. */
    readonly lock: string;
    /** The warehouse's own time, in UTC. */
    readonly now: string;
  } | null;
  /** How `merge` finds existing rows. */
  readonly foundRows: FoundRows;
  /** Whether other users may read its tables only by grants to a role of theirs. */
  readonly hasRoles: boolean;
  /** SQL after a view's select. */
  readonly viewEnd: string;
  /** SQL after a table's columns. */
  tableEnd(model: Pick<Model, 'distribution' | 'sort'>): string;
}

const duckdb: Dialect = {
  columnType: ({ type }) => duckdbType(type).toLowerCase(),
  // DuckDB's VARCHAR has no length. This check rejects what Redshift would refuse, so that tests detect it.
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
 * The Redshift reserved words that are names of Weir's schemas or columns.
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
