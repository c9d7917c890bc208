import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler } from '../../../lambdas/transform/handler.ts';
import { createApi } from '../../../lib/api/create-api.ts';
import { type FinishedRun, type ModelList, modelRoutes, type WholeModel } from '../../../lib/api/model-routes.ts';
import { served } from '../../../lib/api/route.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { modelRuns } from '../../../lib/local/model-runs.ts';
import { localModels } from '../../../lib/local/models/local-models.ts';
import { boundedQueries } from '../../../lib/local/query/bounded-query.ts';
import { queryTables } from '../../../lib/local/query/query-tables.ts';
import { modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { contracts } from '../../support/fixture-project.ts';
import { lakehouse, lakeTableNames } from '../../support/lakehouse.ts';
import { modelOf } from '../../support/read-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testClock } from '../../support/test-clock.ts';

const NOW = Date.UTC(2026, 0, 31, 11, 30);
const HEADER = `-- One row.
-- grain: product_id
-- kept: replace_hour
-- columns:
--   product_id string
--   view_count integer
--   ingested_at timestamp
`;
const SELECT = 'select product_id, view_count, ingested_at from';
const BOUNDS = 'ingested_at >= cast(:hour_start as timestamp) and ingested_at < cast(:hour_end as timestamp)';
const graph = modelGraph(
  await Promise.all([
    modelOf(
      'staging.views',
      `${HEADER}${SELECT} lake.shop_product_views where dt = :dt and hour = cast(:hour as integer)`,
    ),
    modelOf(
      'staging.small',
      `${HEADER}-- tests:\n--   expression: view_count < 5\n${SELECT} staging.views where ${BOUNDS}`,
    ),
    modelOf('staging.last', `${HEADER}${SELECT} staging.small where ${BOUNDS}`),
  ]),
  lakeTableNames,
);

describe('the routes of models', { timeout: 120_000 }, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let house: Awaited<ReturnType<typeof lakehouse>>;
  let api: ReturnType<typeof createApi>;
  let questions = 0;
  /** Resolves to let a run begin. */
  let gate: Promise<void> = Promise.resolve();
  const errors: unknown[] = [];
  beforeAll(async () => {
    folder = await temporaryFolder();
    house = await lakehouse(folder.path);
    const clock = testClock(NOW);
    const transform = createHandler({ ...house.deps, graph, clock });
    const runs = modelRuns(graph, (event) => gate.then(() => transform(event)), clock);
    const bounded = boundedQueries({
      folder: dataFolder(folder.path),
      contracts,
      readable: queryTables(contracts, graph.models).map(({ name }) => name),
    });
    const models = localModels({
      ...{ folder: dataFolder(folder.path), contracts, clock, runs },
      query: (asked) => {
        questions++;
        return bounded(asked);
      },
    });
    api = createApi({ routes: served(modelRoutes, { models }), report: (error) => errors.push(error) });
  });
  afterAll(async () => {
    await house.close();
    await folder.remove();
    expect(errors).toEqual([]);
  });

  const produce = async (hour: number, productId: string, viewCount: number) => {
    const event = { productId, viewCount, lastViewed: '2026-01-31 01:00:00' };
    await house.produce('shop.product_views', Date.UTC(2026, 0, 31, hour, 30), [event]);
    await house.settle();
  };
  async function ask<T>(path: string, init?: RequestInit) {
    const response = await api.request(path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as T };
  }
  const run = (model: string) => ask<FinishedRun>(`/models/${model}/run`, { method: 'POST' });
  const states = ({ models }: ModelList) => models.map(({ model, state }) => [model, state]);

  it('say before the first run what the lake has, and open no warehouse', async () => {
    await produce(9, 'a', 1);
    const { body } = await ask<ModelList>('/models');
    expect(states(body)).toEqual([
      ['staging.views', 'never_run'],
      ['staging.small', 'never_run'],
      ['staging.last', 'never_run'],
    ]);
    expect(body.models[0]).toMatchObject({ lake_hour: '2026-01-31T09', newest_hour: null, last_run: null });
    expect(body.tables).toEqual([{ table: 'lake.shop_product_views', newest_hour: '2026-01-31T09' }]);
    expect([body.as_of, body.running_since, questions]).toEqual([null, null, 0]);
  });

  it('run a model and those that read it, and answer what was published', async () => {
    expect((await run('staging.small')).body).toEqual({
      ...{ hours: 1, published: 3, unchanged: 0, stopped: 0, failures: [] },
    });
    const { body } = await ask<ModelList>('/models');
    expect(states(body)).toEqual([
      ['staging.views', 'current'],
      ['staging.small', 'current'],
      ['staging.last', 'current'],
    ]);
    expect(body.models[1]).toMatchObject({ rows: 1, newest_hour: '2026-01-31T09', last_run: '2026-01-31T11:30:00Z' });
    // The model that it reads has not changed.
    expect((await run('staging.small')).body).toMatchObject({ published: 2, unchanged: 1 });
    expect((await run('staging.last')).body).toMatchObject({ published: 1, unchanged: 2 });
  });

  it('are polled without reading the ledger again while nothing has run, and answer 304', async () => {
    await ask('/models');
    const before = questions;
    const { headers } = await ask('/models');
    const etag = headers.get('etag') ?? '';
    expect((await ask('/models', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask<WholeModel>('/models/staging.small')).status).toBe(200);
    expect(questions).toBe(before);
  });

  it('say which model is behind the lake, and which hour broke a test by which rows', async () => {
    await produce(10, 'b', 7);
    expect((await ask<ModelList>('/models')).body.models.map(({ state }) => state)).toEqual(Array(3).fill('behind'));
    const failed = (await run('staging.views')).body;
    expect(failed).toMatchObject({ published: 4, stopped: 1 });
    expect(failed.failures).toMatchObject([{ model: 'staging.small', hour: '2026-01-31T10' }]);
    expect(states((await ask<ModelList>('/models')).body)).toEqual([
      ['staging.views', 'current'],
      ['staging.small', 'failed'],
      ['staging.last', 'behind'],
    ]);
    const { body } = await ask<WholeModel>('/models/staging.small');
    expect(body).toMatchObject({
      ...{ state: 'failed', failed_hours: 1, broken_tests: ['expression: view_count < 5'] },
      error: expect.stringContaining('expected rows that pass'),
      ...{ reads: ['staging.views'], read_by: ['staging.last'], file: expect.stringContaining('small') },
      tests: expect.arrayContaining(['expression: view_count < 5', 'unique: product_id']),
      sql: expect.stringMatching(/^select product_id/),
      broken_rows: [{ hour: '2026-01-31T10', test: 'expression: view_count < 5', broken_rows: 1, row: 'product_id=b' }],
    });
    expect(body.runs.map(({ hour, outcome, rows }) => [hour, outcome, rows])).toEqual([
      ['2026-01-31T10', 'failed', null],
      ['2026-01-31T09', 'succeeded', 1],
    ]);
    expect(body.columns).toContainEqual({ name: 'view_count', type: 'INTEGER', nullable: false });
  });

  it('answer from the last look while models run, refuse a second run meanwhile, and run in turn', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = questions;
    const first = run('staging.views');
    await expect
      .poll(async () => (await ask<ModelList>('/models')).body.running_since)
      .toBe('2026-01-31T11:30:00.000Z');
    const second = await run('staging.last');
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '5']);
    expect(states((await ask<ModelList>('/models')).body)).toContainEqual(['staging.small', 'failed']);
    expect(questions).toBe(before);
    open();
    expect((await first).status).toBe(200);
    expect((await ask<ModelList>('/models')).body.running_since).toBeNull();
    expect((await run('staging.last')).status).toBe(200);
  });

  it.each([
    ['GET', '/models/nothing'],
    ['GET', "/models/x'--"],
    ['GET', '/models/lake.shop_product_views'],
    ['POST', '/models/nothing/run'],
  ])('%s %s is answered with 404', async (method, path) => {
    expect((await ask(path, { method })).status).toBe(404);
  });

  it('refuse parameters that they do not have, and another method', async () => {
    expect((await ask('/models?limit=3')).status).toBe(400);
    expect((await ask('/models/staging.views/run')).status).toBe(405);
  });
});
