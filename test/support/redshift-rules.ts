import { bareSql, parametersOf } from '../../lib/pipeline/transform/sql-text.ts';

/** Something that DuckDB or PostgreSQL takes and Redshift does not, or takes otherwise. */
interface RedshiftRule {
  readonly name: string;
  readonly source: string;
  /** True when the statement breaks the rule. `bare` is it without comments and strings, in lower case. */
  breaks(bare: string, sql: string): boolean;
  /** A statement that breaks it. */
  readonly planted: string;
}

const DOCS = 'https://docs.aws.amazon.com/redshift/latest/dg';

const pattern = (name: string, source: string, expression: RegExp, planted: string): RedshiftRule => ({
  name,
  source: `${DOCS}/${source}`,
  breaks: (bare) => expression.test(bare),
  planted,
});

const POSTGRESQL = 'c_unsupported-postgresql-features.html';
const FUNCTIONS = 'c_unsupported-postgresql-functions.html';

export const redshiftRules: readonly RedshiftRule[] = [
  pattern(
    'no filter clause of an aggregate',
    POSTGRESQL,
    /\)\s*filter\s*\(/,
    'select count(*) filter (where a > 1) from s.t',
  ),
  pattern('no on conflict', 'r_INSERT_30.html', /\bon\s+conflict\b/, 'insert into s.t select 1 on conflict do nothing'),
  pattern('no returning', POSTGRESQL, /\breturning\b/, 'delete from s.t returning a'),
  pattern(
    'no lateral join',
    'r_FROM_clause30.html',
    /\blateral\b/,
    'select 1 from s.t cross join lateral (select 2) as u',
  ),
  pattern(
    'no generate_series in a select',
    FUNCTIONS,
    /\b(generate_series|range)\s*\(/,
    'select * from generate_series(1, 5)',
  ),
  pattern(
    'no string_agg, arg_max, arg_min',
    FUNCTIONS,
    /\b(string_agg|array_agg|arg_max|arg_min|max_by|min_by)\s*\(/,
    'select arg_max(a, b) from s.t',
  ),
  pattern(
    'no group by all, no order by all',
    'r_GROUP_BY_clause.html',
    /\b(group|order)\s+by\s+all\b/,
    'select a from s.t group by all',
  ),
  pattern(
    'no select * exclude or replace of DuckDB’s',
    'r_SELECT_list.html',
    /\*\s*(exclude|replace)\s*\(/,
    'select * replace (1 as a) from s.t',
  ),
  pattern(
    'no is distinct from',
    POSTGRESQL,
    /\bis\s+(not\s+)?distinct\s+from\b/,
    'select 1 from s.t where a is distinct from b',
  ),
  pattern('no list, struct or map literal', POSTGRESQL, /\[[^\]]*\]|\{/, 'select [1, 2] as a'),
  pattern(
    'no create or replace of a table',
    'r_CREATE_TABLE_NEW.html',
    /\bcreate\s+or\s+replace\s+table\b/,
    'create or replace table s.t (a integer)',
  ),
  pattern(
    'no alias of the target of a delete',
    'r_DELETE.html',
    /\bdelete\s+from\s+\S+\s+as\s+/,
    'delete from s.t as x using u where x.a = u.a',
  ),
  pattern(
    'text is varchar(256), varchar without width too',
    'r_Character_types.html',
    /\btext\b|\bvarchar\b(?!\s*\()/,
    'create table s.t (a varchar)',
  ),
  pattern('casts are written cast(… as …)', 'r_CAST_function.html', /::/, 'select a::integer from s.t'),
  pattern(
    'no multi-column add in one alter table',
    'r_ALTER_TABLE.html',
    /\balter\s+table\b.*\badd\b.*,\s*add\b/,
    'alter table s.t add column a integer, add column b integer',
  ),
  {
    name: 'parameters stand in select, insert, update and delete only',
    source: `${DOCS}/r_PREPARE.html`,
    breaks: (bare, sql) => /^\s*(create|alter|drop|lock)\b/.test(bare) && parametersOf(sql).length > 0,
    planted: 'create temporary table t as select :hour_start as a',
  },
  {
    name: 'at most 100 KB',
    source: 'https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html',
    breaks: (_, sql) => Buffer.byteLength(sql) > 100_000,
    planted: `select '${'x'.repeat(100_000)}' as a`,
  },
];

/** The rules that a statement breaks, by name. */
export function brokenRules(sql: string): readonly string[] {
  const bare = bareSql(sql).toLowerCase();
  return redshiftRules.filter((rule) => rule.breaks(bare, sql)).map(({ name }) => name);
}
