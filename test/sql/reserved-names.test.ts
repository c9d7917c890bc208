import { afterAll, beforeAll, expect, it } from 'vitest';
import { lakeTables } from '../../lib/adapters/duckdb/lake-views.ts';
import { lakeColumns } from '../../lib/adapters/model-files.ts';
import { contract, integer, string, timestamp } from '../../lib/contracts/contract.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { transform } from '../../lib/pipeline/transform/transform.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { modelOf } from '../support/read-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const T = Date.UTC(2026, 0, 31, 10, 46, 30);
const HOURS = [
  { dt: '2026-01-31', hour: 10 },
  { dt: '2026-01-31', hour: 11 },
];

/** Every field is called like a word that DuckDB or Redshift keeps for itself. */
const odd = contract({
  name: 'test.odd',
  version: 1,
  description: 'Odd names.',
  owner: 'tests',
  key: 'order',
  eventTime: 'when',
  identity: 'position',
  fields: {
    order: string('Text.'),
    user: string('Text.', { nullable: true }),
    group: string('Text.', { nullable: true }),
    table: integer('Number.'),
    when: timestamp('Time.'),
    limit: integer('Number.', { nullable: true }),
    select: string('Text.', { nullable: true }),
  },
});

const lake = lakeColumns([odd]);
const FROM_STAGING =
  'from staging.odd where ingested_at >= cast(:hour_start as timestamp) and ingested_at < cast(:hour_end as timestamp)';
const header = (lines: readonly string[]) => ['-- One row.', ...lines].join('\n');
const models: Readonly<Record<string, string>> = {
  'staging.odd': `${header(['-- grain: order, kafka_offset', '-- kept: replace_hour', '-- sort: when (time)', '-- distribution: order (key)', '-- columns: of lake.test_odd', '-- tests:', "--   accepted values: user in 'ann', 'bob'", '--   not null: table'])}
select * from lake.test_odd where dt = :dt and hour = cast(:hour as integer)`,
  'staging.odd_view': `${header(['-- grain: order, kafka_offset', '-- kept: view', '-- columns: of lake.test_odd'])}
select * from lake.test_odd`,
  'prod.newest': `${header(['-- grain: order, user', '-- kept: merge', '-- key: order, user', '-- newest: when', '-- least: table', '-- columns:', '--   order string', '--   user string?', '--   when timestamp', '--   table integer', '--   group string?', '-- tests:', '--   relationship: order in staging.odd.order'])}
select "order", "user", max("when") as "when", min("table") as "table", max("group") as "group" ${FROM_STAGING} group by "order", "user"`,
  'prod.totals': `${header(['-- grain: order', '-- kept: merge', '-- key: order', '-- sum: table', '-- columns:', '--   order string', '--   table bigint'])}
select "order", sum("table") as "table" ${FROM_STAGING} group by "order"`,
  'prod.everything': `${header(['-- grain: order', '-- kept: rebuild', '-- columns:', '--   order string', '--   limit integer?'])}
select "order", max("limit") as "limit" from staging.odd group by "order"`,
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let house: Awaited<ReturnType<typeof lakehouse>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  house = await lakehouse(folder.path, {}, { contracts: [odd], refinements: [], modelsDir: null });
});
afterAll(async () => {
  await house.close();
  await folder.remove();
});

const event = (order: string, user: string | null, table: number, second: number) => ({
  ...{ order, user, group: 'g', table, when: `2026-01-31T10:46:0${second}Z`, limit: table, select: null },
});

it('fields that are called like words of SQL go through the lake and models of every kind', async () => {
  await house.produce('test.odd', T, [event('a', 'ann', 1, 1), event('a', 'ann', 2, 2), event('b', null, 4, 1)]);
  await house.settle();
  const names = lakeTables([odd]).map(({ name }) => `${name.database}.${name.table}`);
  const graph = modelGraph(
    await Promise.all(Object.entries(models).map(([name, sql]) => modelOf(name, sql, lake))),
    names,
  );
  const run = () => transform({ ...house.deps, graph }, { hours: HOURS });
  expect(await run()).toMatchObject({ failures: [], stopped: 0 });
  await house.produce('test.odd', T + 3_600_000, [event('a', 'ann', 8, 3)]);
  await house.settle();
  expect(await run()).toMatchObject({ failures: [], stopped: 0 });
  expect(await house.rows('select "order", "user", "when", "table" from prod.newest order by "order"')).toEqual([
    { order: 'a', user: 'ann', when: '2026-01-31 10:46:03', table: '1' },
    { order: 'b', user: null, when: '2026-01-31 10:46:01', table: '4' },
  ]);
  expect(await house.rows('select * from prod.totals order by 1')).toMatchObject([
    { order: 'a', table: '11' },
    { order: 'b', table: '4' },
  ]);
  expect(await house.rows('select "order", "limit" from prod.everything order by 1')).toEqual([
    { order: 'a', limit: '8' },
    { order: 'b', limit: '4' },
  ]);
  expect(await house.rows('select "user", "select" from staging.odd_view where "limit" = 8')).toEqual([
    { user: 'ann', select: null },
  ]);
});
