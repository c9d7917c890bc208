import { bareSql, parametersOf } from '../../lib/pipeline/transform/sql-text.ts';

/** Something that DuckDB or PostgreSQL accepts and Redshift does not, or interprets differently. */
interface RedshiftRule {
  readonly name: string;
  readonly source: string;
  /** True if the statement breaks the rule. `bare` is the statement without comments and strings, in lower case. */
  breaks(bare: string, sql: string): boolean;
  /** A statement that breaks the rule. */
  readonly planted: string;
}

/** AWS's documentation of Redshift, as of November 2026. */
const DOCS = 'https://docs.aws.amazon.com/redshift/latest/dg';

const pattern = (name: string, page: string, expression: RegExp, planted: string): RedshiftRule => ({
  name,
  source: `${DOCS}/${page}.html`,
  breaks: (bare) => expression.test(bare),
  planted,
});

/** Lists of PostgreSQL features that Redshift lacks. */
const FEATURES = 'c_unsupported-postgresql-features';
const FUNCTIONS = 'c_unsupported-postgresql-functions';

/** Features on these lists. */
const unsupported: readonly RedshiftRule[] = [
  pattern('no generate_series', FUNCTIONS, /\bgenerate_series\s*\(/, 'select * from generate_series(1, 5)'),
  pattern('no string_agg, array_agg', FUNCTIONS, /\b(string|array)_agg\s*\(/, "select string_agg(a, ',') from s.t"),
  pattern(
    'no is distinct from',
    FUNCTIONS,
    /\bis\s+(not\s+)?distinct\s+from\b/,
    'select 1 from s.t where a is distinct from b',
  ),
  pattern('no array, struct or map literal, no subscript', FEATURES, /\[[^\]]*\]|\{/, 'select [1, 2] as a'),
  pattern(
    'no values as a table',
    FEATURES,
    /\b(from|join)\s*\(\s*values\b/,
    'select a from (values (1), (2)) as t (a)',
  ),
  pattern('no indexes', FEATURES, /\bcreate\s+(unique\s+)?index\b/, 'create index i on s.t (a)'),
  pattern(
    'no table functions but the lake’s tables',
    FEATURES,
    /\bfrom\s+(range|unnest|read_\w+)\s*\(/,
    "select a from read_parquet('f')",
  ),
];

/** Syntax missing from the statement's or function's own page. */
const noSyntax: readonly RedshiftRule[] = [
  pattern('no filter of an aggregate', 'r_COUNT', /\)\s*filter\s*\(/, 'select count(*) filter (where a > 1) from s.t'),
  pattern(
    'no arg_max, arg_min, max_by, min_by',
    'c_Aggregate_Functions',
    /\b(arg_max|arg_min|max_by|min_by)\s*\(/,
    'select arg_max(a, b) from s.t',
  ),
  pattern('no on conflict', 'r_INSERT_30', /\bon\s+conflict\b/, 'insert into s.t select 1 on conflict do nothing'),
  pattern('no returning', 'r_DELETE', /\breturning\b/, 'delete from s.t returning a'),
  pattern(
    'no alias of what is deleted from',
    'r_DELETE',
    /\bdelete\s+from\s+\S+\s+as\s+/,
    'delete from s.t as x where x.a = 1',
  ),
  pattern('no distinct on', 'r_SELECT_list', /\bdistinct\s+on\s*\(/, 'select distinct on (a) a, b from s.t'),
  pattern('no * replace', 'r_SELECT_list', /\*\s*replace\s*\(/, 'select * replace (1 as a) from s.t'),
  pattern('no lateral join', 'r_FROM_clause30', /\blateral\b/, 'select 1 from s.t cross join lateral (select 2) as u'),
  pattern(
    'no asof, positional, semi and anti join',
    'r_FROM_clause30',
    /\b(asof|positional|semi|anti)\s+join\b/,
    'select 1 from s.t semi join s.u on t.a = u.a',
  ),
  pattern(
    'no create or replace of a table',
    'r_CREATE_TABLE_NEW',
    /\bcreate\s+or\s+replace\s+table\b/,
    'create or replace table s.t (a integer)',
  ),
  pattern(
    'one column in one alter table',
    'r_ALTER_TABLE',
    /\balter\s+table\b.*\badd\b.*,\s*add\b/,
    'alter table s.t add column a integer, add column b integer',
  ),
  pattern(
    'no add column if not exists',
    'r_ALTER_TABLE',
    /\badd\s+(column\s+)?if\s+not\s+exists\b/,
    'alter table s.t add column if not exists a integer',
  ),
];

/** Syntax that Redshift accepts and interprets differently. */
const otherwise: readonly RedshiftRule[] = [
  pattern('raw is a reserved word: it is quoted', 'r_pg_keywords', /\braw\b/, 'select a from raw.t'),
  pattern(
    'text is varchar(256), and so is varchar without a width',
    'r_Character_types',
    /\btext\b|\bvarchar\b(?!\s*\()/,
    'create table s.t (a varchar)',
  ),
  pattern(
    'the time is getdate() or sysdate: others run on the leader node only',
    'Date_functions_header',
    /\b(now|clock_timestamp|age)\s*\(|\b(current_timestamp|current_time|localtime|localtimestamp)\b/,
    'insert into s.t select now()',
  ),
  pattern(
    'the epoch comes from extract, not from date_part',
    'r_Dateparts_for_datetime_functions',
    /\bdate_part\s*\(\s*epoch\b/,
    'select date_part(epoch, a) from s.t',
  ),
  pattern('no truncate: it commits the transaction', 'r_DELETE', /\btruncate\b/, 'truncate table s.t'),
  {
    name: 'parameters stand in select, insert, update and delete only',
    source: `${DOCS}/r_PREPARE.html`,
    breaks: (bare, sql) => /^\s*(create|alter|drop|lock|grant)\b/.test(bare) && parametersOf(sql).length > 0,
    planted: 'create temporary table t as select :hour_start as a',
  },
  {
    name: 'at most 100 KB',
    source: 'https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html',
    breaks: (_, sql) => Buffer.byteLength(sql) > 100_000,
    planted: `select '${'x'.repeat(100_000)}' as a`,
  },
];

export const redshiftRules: readonly RedshiftRule[] = [...unsupported, ...noSyntax, ...otherwise];

/** The rules that a statement breaks, by name. */
export function brokenRules(sql: string): readonly string[] {
  const bare = bareSql(sql).toLowerCase();
  return redshiftRules.filter((rule) => rule.breaks(bare, sql)).map(({ name }) => name);
}
