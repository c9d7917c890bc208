/** Translations that let statements planned for Redshift run on PostgreSQL. All of them are here. */

interface Translation {
  /** Why PostgreSQL needs it, and why the rows are the same. */
  readonly reason: string;
  readonly from: RegExp;
  readonly to: string;
}

const translations: readonly Translation[] = [
  {
    reason: 'where rows lie, and in which order: speed alone',
    from: / diststyle (?:even|all|key distkey \("\w+"\))(?: sortkey \([\w", ]+\))?$/,
    to: '',
  },
  {
    reason: 'a late-binding view finds its tables when it is read; here they are all there when it is made',
    from: / with no schema binding$/,
    to: '',
  },
  { reason: 'PostgreSQL knows roles without the word', from: / (to|from) role (\w+)$/, to: ' $1 $2' },
  {
    reason: 'the database of a test has a name of its own',
    from: /^grant create on database "\w+" to (.+)$/,
    to: "do $$$$ begin execute format('grant create on database %I to $1', current_database()); end $$$$",
  },
  { reason: 'a user without a password is one that has none', from: / password disable$/, to: '' },
];

/** The statement in PostgreSQL's SQL. */
export function onPostgres(sql: string): string {
  return translations.reduce((text, { from, to }) => text.replace(from, to), sql);
}

/** Objects that every Redshift database has. To be run once in a new one; repeating it changes nothing. */
export const redshiftObjects: readonly string[] = [
  // Redshift reads JSON from varchar, PostgreSQL only from json. For a missing key Redshift's documentation used to say
  // the empty string, and now says null; for a null key it says nothing. Here both are the empty string: a model that
  // gives the same rows on DuckDB, where both are null, is correct with either.
  `create or replace function json_extract_path_text(json_text varchar, path_element varchar) returns varchar
   language sql immutable strict as $$ select coalesce(json_text::json ->> path_element, '') $$`,
  'create or replace function getdate() returns timestamp language sql volatile ' +
    "as $$ select clock_timestamp() at time zone 'UTC' $$",
  // Redshift's catalogue of roles.
  'create or replace view svv_roles as select rolname as role_name from pg_roles',
];
