/** How a table's lines become its rows. */
export interface RowSelect {
  /** Line keys and their DuckDB types. */
  readonly lineColumns: Readonly<Record<string, string>>;
  /** Select list, over those names and the placeholders `:incarnation`, `:kafka_partition`, `:contract_version`. */
  readonly selectList: readonly string[];
}
