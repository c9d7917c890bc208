import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lakeTables } from '../../../lib/adapters/duckdb/lake-views.ts';
import { type Duckdb, openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { queriedHours } from '../../../lib/local/query/queried-hours.ts';
import { contracts } from '../../support/fixture-project.ts';

let duckdb: Duckdb;
beforeAll(async () => {
  duckdb = await openDuckdb();
});
afterAll(() => duckdb.close());

const today = new Date().toISOString().slice(0, 10);
const months = Array.from({ length: 40 }, (_, day) => new Date(Date.UTC(2025, 2, 1 + day)).toISOString().slice(0, 10));
const DAYS_OF_TABLE = ['1970-01-01', ...months, '2026-01-30', '2026-01-31', '2026-02-01', today, '2035-05-05'];
const store = {
  listFolders: async (prefix: string) => (prefix === 'shop_feedback/' ? DAYS_OF_TABLE.map((day) => `dt=${day}`) : []),
};

/** The hours of `lake.shop_feedback` as `2026-01-31T05`, ascending; `all` where the query may need any. */
async function hours(sql: string): Promise<readonly string[] | 'all'> {
  const found = await queriedHours(duckdb.connection, sql, { tables: lakeTables(contracts), store });
  const [entry] = [...found].filter(([{ name }]) => name.database === 'lake' && name.table === 'shop_feedback');
  if (entry === undefined) return 'all';
  return entry[1].map(({ dt, hour }) => `${dt}T${String(hour).padStart(2, '0')}`).sort();
}
const F = 'lake.shop_feedback';
const DAY = (dt: string) => Array.from({ length: 24 }, (_, hour) => `${dt}T${String(hour).padStart(2, '0')}`);

describe('the hours that a query asks for', () => {
  it.each<[string, string, readonly string[]]>([
    ['one', `select * from ${F} where dt = '2026-01-31' and hour = 5`, ['2026-01-31T05']],
    [
      'some',
      `select 1 from ${F} as f where f.dt = '2026-01-31' and f.hour in (5, 7)`,
      ['2026-01-31T05', '2026-01-31T07'],
    ],
    ['a day', `select 1 from ${F} where dt = '2026-01-31'`, DAY('2026-01-31')],
    [
      'between instants',
      `select 1 from ${F} where ingested_at >= timestamp '2026-01-31 05:30' and ingested_at < '2026-01-31 07:00:00'`,
      ['2026-01-31T05', '2026-01-31T06', '2026-01-31T07'],
    ],
    [
      'between, in one word',
      `select 1 from ${F} where ingested_at between '2026-01-31 05:59:59' and '2026-01-31 06:00:00'`,
      ['2026-01-31T05', '2026-01-31T06'],
    ],
    [
      'the sides exchanged',
      `select 1 from ${F} where timestamp '2026-01-31 05:59:59.9' < ingested_at and '2026-01-31 06:00:00' > ingested_at`,
      ['2026-01-31T05', '2026-01-31T06'],
    ],
    ['an instant', `select 1 from ${F} where ingested_at = '2026-01-31 05:00:00'`, ['2026-01-31T05']],
    ['in a subquery', `select (select max(rating) from ${F} where dt = '2026-01-31' and hour = 5)`, ['2026-01-31T05']],
    [
      'in an expression',
      `with f as (select * from ${F} where dt = '2026-01-31' and hour = 5) select * from f`,
      ['2026-01-31T05'],
    ],
    [
      'of two selects',
      `select 1 from ${F} where dt = '2026-01-31' and hour = 5 union all select 2 from ${F} where dt = '2026-01-30' and hour = 1`,
      ['2026-01-30T01', '2026-01-31T05'],
    ],
    [
      'beside others',
      `select 1 from ${F} as f join lake.chat_rooms as r on f.dt = r.dt where f.dt = '2026-01-31' and f.hour = 5 and r.channel = 'ads'`,
      ['2026-01-31T05'],
    ],
    ['none', `select 1 from ${F} where dt = '2026-01-31' and hour = 24`, []],
    [
      'either of two',
      `select 1 from ${F} where (dt = '2026-01-31' and hour = 5) or (dt = '2026-02-01' and hour < 1)`,
      ['2026-01-31T05', '2026-02-01T00'],
    ],
    [
      'without a day',
      `select 1 from ${F} where hour = 5 and dt > '2026-01-30' and dt < '2026-02-02'`,
      ['2026-01-31T05', '2026-02-01T05'],
    ],
    ['before 2000', `select 1 from ${F} where dt = '1970-01-01' and hour = 0`, ['1970-01-01T00']],
  ])('are %s', async (_, sql, expected) => {
    expect(await hours(sql)).toEqual(expected);
  });

  it('follow the clock', async () => {
    const found = await hours(`select 1 from ${F} where ingested_at > now() - interval 1 minute`);
    expect(found).toContain(new Date().toISOString().slice(0, 13));
    // Those of today from now on, and those of a clock that was far ahead.
    expect(found).toContain('2035-05-05T13');
    expect(found.length).toBeLessThanOrEqual(2 * 24);
    expect(await hours(`select 1 from ${F} where dt = cast(current_date as varchar)`)).toHaveLength(24);
  });

  it.each<[string, string]>([
    ['no condition', `select 1 from ${F}`],
    ['a condition on something else', `select 1 from ${F} where rating = 5`],
    ['a condition that holds or another does', `select 1 from ${F} where dt = '2026-01-31' or rating = 5`],
    [
      'one of two selects without a condition',
      `select 1 from ${F} where dt = '2026-01-31' union all select 2 from ${F}`,
    ],
    [
      'a condition on what a join leaves',
      `select 1 from lake.chat_rooms as r left join ${F} as f on f.dt = r.dt where f.dt is null`,
    ],
    ['an anti join', `select 1 from lake.chat_rooms as r anti join ${F} as f on f.dt = r.dt where r.dt = '2026-01-31'`],
    [
      'an asof join',
      `select 1 from lake.chat_rooms as r asof join ${F} as f on f.ingested_at <= r.ingested_at where f.dt = '2026-01-31'`,
    ],
    ['a name that may be the other table’s', `select 1 from ${F} as f, lake.chat_rooms as r where dt = '2026-01-31'`],
    ['two of the same name', `select 1 from ${F} as f, lake.chat_rooms as f where f.dt = '2026-01-31'`],
    ['a condition outside of the select', `select * from (select * from ${F}) where dt = '2026-01-31'`],
    ['a condition that is a subquery', `select 1 from ${F} where dt = (select max(dt) from lake.chat_rooms)`],
    ['chance', `select 1 from ${F} where hour < random() * 24`],
    [
      'a model’s view of the table, too',
      `select 1 from ${F} as f, staging.shop_feedback_external as e where f.dt = '2026-01-31'`,
    ],
    ['a condition that has an error', `select 1 from ${F} where dt = nonsense('2026-01-31')`],
    ['more than a month', `select 1 from ${F} where dt > '2025-01-01'`],
    ['another kind of statement', `summarize ${F}`],
    ['no SQL', 'selec 1 from lake.shop_feedback'],
  ])('are all where the query has %s', async (_, sql) => {
    expect(await hours(sql)).toBe('all');
  });
});
