import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { QueryPorts } from '../../../lib/api/query-routes.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { boundedQueries } from '../../../lib/local/query/bounded-query.ts';
import { queryTables } from '../../../lib/local/query/query-tables.ts';
import { contracts } from '../../support/fixture-project.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const T = Date.UTC(2026, 0, 31, 10, 46, 30);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let query: QueryPorts['query'];
let house: Awaited<ReturnType<typeof lakehouse>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  house = await lakehouse(folder.path);
  await house.produce('shop.product_views', T, [{ productId: 'a', viewCount: 1, lastViewed: '2026-01-31 10:45:00' }]);
  await house.settle();
  await house.refresh();
  await house.close();
  await writeFile(join(folder.path, 'secret.csv'), 'secret\n');
  query = queries();
}, 60_000);
afterAll(() => folder.remove());

type Limits = Parameters<typeof boundedQueries>[0]['limits'];
const queries = (limits: Limits = {}) =>
  boundedQueries({
    folder: dataFolder(folder.path),
    contracts,
    readable: queryTables(contracts, house.deps.graph.models).map(({ name }) => name),
    limits,
  });

/** One of each kind: a table of the lake, of a model, and of the ledger. */
const isMade = ({ name }: { readonly name: string }) =>
  ['lake.shop_product_views', 'prod.fact_views', 'ops.runs', 'ops.test_results'].includes(name);

const run = (sql: string, of = query) => of({ sql, maxRows: 100, signal: new AbortController().signal });

describe('a query from elsewhere', { timeout: 60_000 }, () => {
  it.each([
    ['a table of the lake', 'select product_id, view_count from lake.shop_product_views', [['a', 1]]],
    ['a model’s table', 'select product_id from prod.fact_views', [['a']]],
    ['the ledger', "select model from ops.runs where model = 'prod.fact_views'", [['prod.fact_views']]],
    ['a common table expression', 'with v as (select 1 as one) select one from v', [[1]]],
    ['rows out of numbers', 'select * from range(2)', [['0'], ['1']]],
    [
      'numbers that no double holds',
      'select 9007199254740993, cast(0.10 as decimal(12, 2))',
      [['9007199254740993', '0.10']],
    ],
    ['one statement with comments', '/* ; */ select 1 -- ; drop table x', [[1]]],
  ])('reads %s', async (_, sql, rows) => {
    expect(await run(sql)).toMatchObject({ rows, isCut: false });
  });

  it('reads tables of each kind that is listed, whose columns are those that DuckDB has', async () => {
    for (const { name, columns } of queryTables(contracts, house.deps.graph.models).filter(isMade)) {
      expect(await run(`select * from ${name} limit 0`), name).toMatchObject({ columns });
    }
  });

  it('says which columns DuckDB gives the result', async () => {
    const columns = [{ name: 'view_count', type: 'INTEGER' }];
    expect(await run('select view_count from lake.shop_product_views where false')).toMatchObject({
      columns,
      rows: [],
    });
  });

  it.each<[string, (dir: string) => string, RegExp, number | null]>([
    ['a write', () => 'delete from prod.fact_views', /^expected one select statement/, null],
    ['a file', (dir) => `select * from '${dir}/secret.csv'`, /^expected a table of the lake or of a model/, 14],
    ['a function that reads files', () => "select * from read_text('/etc/passwd')", /function read_text$/, 14],
    ['nothing', () => '', /^expected one select statement/, null],
    ['no SQL', () => 'selec 1', /syntax error at or near "selec"/, 0],
    [
      'a column that there is not',
      () => "select 'ä',\n  nothing from lake.shop_product_views",
      /column "nothing" not found/,
      14,
    ],
    ['a value of another type', () => "select 'ä', cast('x' as int)", /Could not convert string 'x' to INT32/, 12],
  ])('is refused where it is %s, with its position', async (_, sql, why, at) => {
    expect(await run(sql(folder.path))).toEqual({ refused: expect.stringMatching(why), at });
  });

  it('gets no variable of this process, whose credentials are among them', async () => {
    vi.stubEnv('SECRET_OF_TEST', 'not for queries');
    try {
      expect(await run("select getenv('SECRET_OF_TEST')")).toMatchObject({ refused: expect.stringMatching(/getenv/) });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('gives the first of a million rows, and says that there are more', async () => {
    const answer = await run('select * from range(1000000)');
    expect(answer).toMatchObject({ isCut: true });
    expect('rows' in answer && answer.rows).toHaveLength(100);
  });

  it.each([
    [
      'an endless recursion',
      'with recursive r as (select 1 as a union all select a + 1 from r) select count(*) from r',
    ],
    ['billions of rows', 'select sum(hash(range)) from range(100000000000)'],
    ['a product of tables', 'select count(*) from range(10000000) a, range(10000000) b where a.range + b.range < 0'],
  ])('is ended in time where it is %s', async (_, sql) => {
    const answer = await run(sql, queries({ maxMs: 3000 }));
    const why = 'stopped' in answer ? answer.stopped : 'refused' in answer ? answer.refused : '';
    expect(why).toMatch(/takes longer|Out of Memory/);
  });

  it.each([
    ['a list', 'select range(500000000)'],
    ['a text', "select length(repeat('a', 2000000000))"],
  ])('is ended where %s needs more memory than it may have, which DuckDB does not notice', async (_, sql) => {
    const beganMs = performance.now();
    const answer = await run(sql, queries({ processMegabytes: 300 }));
    expect(answer).toEqual({ stopped: expect.stringContaining('at most 300 MB of memory') });
    expect(performance.now() - beganMs).toBeLessThan(15_000);
  });

  it('is refused by DuckDB itself where a sort needs more memory than its buffers have', async () => {
    const sql =
      'select a from (select hash(range) as a, repeat(cast(range as varchar), 10) as b from range(20000000)) order by b, a';
    const answer = await run(sql, queries({ memoryMegabytes: 64 }));
    expect(answer).toEqual({ at: null, refused: expect.stringContaining('Out of Memory') });
  });

  it('is refused where a single row is longer than an answer may be', async () => {
    const answer = await run("select repeat('a', 2000000)", queries({ maxBytes: 1_000_000 }));
    expect(answer).toEqual({ at: null, refused: expect.stringContaining('at most 1000000 bytes') });
  });

  it('ends when nobody waits for it any more, and others can run then', async () => {
    const one = queries({ maxQueries: 1 });
    const hangUp = new AbortController();
    const endless = one({ sql: 'select sum(hash(range)) from range(100000000000)', maxRows: 1, signal: hangUp.signal });
    expect(await run('select 1', one)).toEqual({ busy: true });
    hangUp.abort();
    expect(await endless).toEqual({ stopped: 'the query was cancelled' });
    expect(await run('select 1', one)).toMatchObject({ rows: [[1]] });
  });

  it('has changed nothing', async () => {
    expect(await run('select count(*) from prod.fact_views')).toMatchObject({ rows: [['1']] });
    await house.refresh();
    await house.close();
  });
});
