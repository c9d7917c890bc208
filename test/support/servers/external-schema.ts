const STATEMENT =
  /^create external schema if not exists "(\w+)"\s+from data catalog database '(\w+)'\s+iam_role '([^']+)'$/;

/**
 * PostgreSQL has no external schemas. Each is replaced by a schema without tables, whose comment describes what it
 * would show: `catalogue database lake as arn:aws:iam::…`. Other statements are unchanged.
 */
export function withoutExternalSchema(sql: string): string {
  const [, schema, database, role] = STATEMENT.exec(sql) ?? [];
  if (schema === undefined) return sql;
  const comment = `comment on schema "${schema}" is 'catalogue database ${database} as ${role}'`;
  return `do $$ begin create schema if not exists "${schema}"; ${comment}; end $$`;
}
