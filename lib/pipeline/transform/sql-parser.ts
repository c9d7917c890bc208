/** A node of a syntax tree, as DuckDB's `json_serialize_sql` writes it. Declares only the members that are used. */
export interface SqlNode {
  readonly type: string;
  /** In bytes of UTF-8 from the statement's beginning; a number beyond its end if the parser does not know. */
  readonly query_location?: number;
  readonly [property: string]: unknown;
}

/** Parses SQL with the grammar of the warehouse on a laptop, so that nothing has to be guessed from its text. */
export interface SqlParser {
  /**
   * Returns the root of one select, which may have parameters as `:name`.
   * @throws SqlSyntaxError if it is anything else.
   */
  parseSelect(sql: string): Promise<SqlNode>;
}

/** SQL that cannot be parsed as one select. */
export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError';
  /** Characters from the beginning; null if the parser does not know. */
  readonly at: number | null;

  constructor(message: string, at: number | null) {
    super(message);
    this.at = at;
  }
}
