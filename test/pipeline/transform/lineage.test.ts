import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelFiles } from '../../../lib/adapters/model-files.ts';
import { tablesRead } from '../../../lib/pipeline/transform/lineage.ts';
import { contracts, modelsDir } from '../../support/fixture-project.ts';
import { modelOf, parser } from '../../support/read-model.ts';

const tables = async (sql: string) => [...new Set(tablesRead(await parser.parseSelect(sql)).map(({ name }) => name))];

describe('the tables that a select reads', () => {
  it.each<[string, string, readonly string[]]>([
    ['a list after from', 'select 1 from lake.x, lake.y', ['lake.x', 'lake.y']],
    ['a quoted schema', 'select 1 from "raw".chat_messages', ['raw.chat_messages']],
    ['capitals, which no warehouse compares', 'select 1 from RAW.A join "Raw"."a" on true', ['raw.a']],
    ['is distinct from', 'select 1 from lake.x where a is distinct from b.c', ['lake.x']],
    ['trim', "select trim(both ' ' from name) from lake.x", ['lake.x']],
    ['extract', 'select extract(epoch from created_at) from lake.t', ['lake.t']],
    ['substring', 'select substring(name from 2 for 3) from lake.t', ['lake.t']],
    ['a parameter', 'select 1 from lake.x where dt = :dt', ['lake.x']],
    ['texts and comments', "select 'from a.b' /* from c.d */ from lake.x -- from e.f", ['lake.x']],
    [
      'subqueries',
      'select (select max(a) from b.c) from (select 1 from d.e) as s where x in (select y from f.g)',
      ['b.c', 'd.e', 'f.g'],
    ],
    ['exists', 'select 1 from a.b where exists (select 1 from c.d where c.d.x = a.b.x)', ['a.b', 'c.d']],
    ['lateral', 'select 1 from a.b, lateral (select 1 from c.d where c.d.x = a.b.x) as l', ['a.b', 'c.d']],
    [
      'set operations',
      'select 1 from a.b union all select 2 from c.d intersect select 3 from e.f',
      ['a.b', 'c.d', 'e.f'],
    ],
    [
      'order by and qualify',
      'select 1 from a.b qualify row_number() over (order by (select 1 from c.d)) = 1',
      ['a.b', 'c.d'],
    ],
    ['a name without schema', 'select 1 from nowhere', ['nowhere']],
  ])('with %s', async (_, sql, expected) => {
    expect((await tables(sql)).sort()).toEqual(expected);
  });

  it.each<[string, string, readonly string[]]>([
    ['is no table', 'with x as (select 1 from a.b) select 1 from x join c.d on true', ['a.b', 'c.d']],
    [
      'may have the name of a table that it reads',
      'with rooms as (select 1 from lake.rooms) select 1 from rooms',
      ['lake.rooms'],
    ],
    [
      'does not hide a table with a schema',
      'with rooms as (select 1 from a.b) select 1 from lake.rooms, rooms',
      ['a.b', 'lake.rooms'],
    ],
    [
      'is not known before it',
      'with y as (select 1 from x), x as (select 1 from a.b) select 1 from x, y',
      ['a.b', 'x'],
    ],
    [
      'is not known outside of its subquery',
      'select 1 from (with x as (select 1 from a.b) select 1 from x) as s, x',
      ['a.b', 'x'],
    ],
    [
      'is known in subqueries',
      'with x as (select 1 from a.b) select 1 from c.d where exists (select 1 from X)',
      ['a.b', 'c.d'],
    ],
    ['may know itself', 'with recursive x as (select 1 from a.b union all select 1 from x) select 1 from x', ['a.b']],
    [
      'in one that shadows it',
      'with x as (select 1 from a.b) select 1 from (with x as (select 1 from c.d) select 1 from x) as s',
      ['a.b', 'c.d'],
    ],
  ])('leave out a common table expression, which %s', async (_, sql, expected) => {
    expect((await tables(sql)).sort()).toEqual(expected);
  });

  it('are in every model of ours those that its text names by a schema', async () => {
    for (const { file, reads } of await modelFiles(modelsDir, contracts)) {
      const text = readFileSync(join(modelsDir, '..', file), 'utf8')
        .replaceAll(/^-- {3}\w.*$/gm, '')
        .replaceAll('"', '');
      const named = reads.filter((name) => new RegExp(`\\b(from|join)\\s+${name.replace('.', '\\.')}\\b`).test(text));
      const related = reads.filter((name) =>
        readFileSync(join(modelsDir, '..', file), 'utf8').includes(` in ${name}.`),
      );
      expect([...new Set([...named, ...related])].sort(), file).toEqual([...reads].sort());
    }
  });
});

describe('a model', () => {
  const model = (select: string, tests = '') => {
    const header = '-- One row.\n-- grain: id\n-- kept: rebuild\n-- columns:\n--   id string\n';
    return modelOf('prod.a', `${header}${tests === '' ? '' : `-- tests:\n--   ${tests}\n`}${select}`);
  };

  it('reads what its tests read', async () => {
    const { reads } = await model('select id from lake.x', 'expression: id not in (select id from prod.closed)');
    expect(reads).toEqual(['lake.x', 'prod.closed']);
  });

  it.each<[string, string, string, RegExp]>([
    [
      'does not parse',
      "select id\nfrom lake.x\nwhere 'ü' = id an b",
      '',
      /line 8: .*syntax error at or near "an" in DuckDB$/,
    ],
    ['is several', 'select id from lake.x select', '', /line 6: .*syntax error/],
    [
      'has a test that does not parse',
      'select id from lake.x',
      'expression: id >',
      /, expression: id >: expected a select that DuckDB/,
    ],
    [
      'has values that do not parse',
      'select id from lake.x',
      "accepted values: id in 'a' 'b'",
      /accepted values: .*: expected a select/,
    ],
    [
      'names a database',
      'select id\nfrom "weir".lake.x',
      '',
      /line 7: expected tables as schema\.table, found weir\.lake\.x$/,
    ],
    [
      'reads a file',
      "select id from read_parquet('x')",
      '',
      /line 6: expected SQL that Redshift has too, found a table function$/,
    ],
    ['has values as a table', "select id from (values ('a')) as t(id)", '', /found values as a table$/],
    [
      'has an asof join',
      'select id from a.b asof join c.d using (id)',
      '',
      /found an asof, positional, semi or anti join$/,
    ],
    [
      'has a semi join',
      'select id from a.b semi join c.d using (id)',
      '',
      /found an asof, positional, semi or anti join$/,
    ],
    [
      'filters an aggregate',
      'select min(id) filter (where id > 2) as id from a.b',
      '',
      /line 6: .*found a filter of an aggregate$/,
    ],
    ['is distinct on', 'select distinct on (id) id from a.b', '', /found distinct on$/],
    ['picks columns by pattern', "select columns('i.*') from a.b", '', /found columns\(…\)$/],
    ['samples', 'select id from a.b using sample 10', '', /found a sample$/],
  ])('that %s is refused, with its place', async (_, select, tests, expected) => {
    const refused = model(select, tests);
    await expect(refused).rejects.toThrow(/^sql\/prod\/a\.sql, /);
    await expect(refused).rejects.toThrow(expected);
  });
});
