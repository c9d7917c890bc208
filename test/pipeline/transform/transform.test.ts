import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandler, TransformFailedError } from '../../../lambdas/transform/handler.ts';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { openCompactor } from '../../../lib/local/compaction.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import { StatementError, type Warehouse, WarehouseUnavailableError } from '../../../lib/pipeline/ports.ts';
import { modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { transform } from '../../../lib/pipeline/transform/transform.ts';
import { shopProductViews } from '../../fixtures/lake/streams/shop.ts';
import { lakehouse, lakeTableNames } from '../../support/lakehouse.ts';
import { modelOf } from '../../support/read-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const T = Date.UTC(2026, 0, 31, 10, 46, 30);
const HOUR = { dt: '2026-01-31', hour: 10 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let house: Awaited<ReturnType<typeof lakehouse>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  house = await lakehouse(folder.path);
});
afterEach(async () => {
  await house.close();
  await folder.remove();
});

const view = (productId: string, viewCount: number) => ({ productId, viewCount, lastViewed: '2026-01-31 10:00:00' });

interface Written {
  readonly name: string;
  readonly select: string;
  readonly kept?: string;
  readonly columns?: string;
  readonly tests?: string;
  /** In `merge`. */
  readonly newest?: string;
  readonly grain?: string;
}

const FROM_LAKE = 'from lake.shop_product_views where dt = :dt and hour = cast(:hour as integer)';
const VIEWS: Written = {
  name: 'raw.views',
  select: `select product_id, view_count, kafka_offset, ingested_at ${FROM_LAKE}`,
};
const READER: Written = {
  name: 'prod.reader',
  select: `select product_id, view_count, kafka_offset, ingested_at from raw.views
    where ingested_at >= cast(:hour_start as timestamp) and ingested_at < cast(:hour_end as timestamp)`,
};
const OTHER: Written = { ...VIEWS, name: 'raw.zother' };

async function graphOf(...written: readonly Written[]) {
  const models = written.map(
    ({ name, select, kept = 'replace_hour', columns, tests, newest, grain = 'kafka_offset' }) => {
      const list =
        columns ?? 'product_id string\n--   view_count integer\n--   kafka_offset bigint\n--   ingested_at timestamp';
      const versions = newest === undefined ? '' : `-- newest: ${newest}\n`;
      const key = kept === 'merge' ? `-- key: product_id\n${versions}` : '';
      const header = `-- One row.\n-- grain: ${kept === 'merge' ? 'product_id' : grain}\n-- kept: ${kept}\n${key}-- columns:\n--   ${list}`;
      const sql = `${header}${tests === undefined ? '' : `\n-- tests:\n--   ${tests}`}\n${select}`;
      return modelOf(name, sql);
    },
  );
  return modelGraph(await Promise.all(models), lakeTableNames);
}

const runModels = async (...written: readonly Written[]) =>
  transform({ ...house.deps, graph: await graphOf(...written) }, { hours: [HOUR] });

const count = async (table: string) => Number((await house.rows(`select count(*) as n from ${table}`))[0]?.n);
const ledger = async () =>
  (await house.rows('select model, outcome from ops.runs where hour_start is not null order by 1, 2')).map(
    ({ model, outcome }) => `${model} ${outcome}`,
  );

describe('a run of the models', () => {
  beforeEach(async () => {
    await house.produce('shop.product_views', T, [view('a', 1), view('b', 2)]);
    await house.settle();
  });

  it('does nothing again that has not changed, and takes what has', async () => {
    expect(await runModels(VIEWS, READER)).toMatchObject({ published: 2, unchanged: 0 });
    expect(await runModels(VIEWS, READER)).toMatchObject({ published: 0, unchanged: 2 });
    await house.produce('shop.product_views', T + 1000, [view('c', 3)]);
    await house.settle();
    expect(await runModels(VIEWS, READER)).toMatchObject({ published: 2, unchanged: 0, hours: 1 });
    expect(await count('prod.reader')).toBe(3);
  });

  it('runs a model again whose file, or that of one it reads, has changed', async () => {
    await runModels(VIEWS, READER, OTHER);
    const changed = { ...VIEWS, select: VIEWS.select.replace('view_count', 'view_count * 10 as view_count') };
    expect(await runModels(changed, READER, OTHER)).toMatchObject({ published: 2, unchanged: 1 });
    expect(await house.rows('select sum(view_count) as n from prod.reader')).toEqual([{ n: '30' }]);
  });

  it('adds a column that a model has got, and keeps the rows', async () => {
    await runModels(VIEWS);
    const columns =
      'product_id string\n--   view_count integer\n--   kafka_offset bigint\n--   ingested_at timestamp\n--   day string?';
    const select = `select product_id, view_count, kafka_offset, ingested_at, dt as day ${FROM_LAKE}`;
    expect((await runModels({ ...VIEWS, columns, select })).failures).toEqual([]);
    expect(await house.rows('select distinct day from raw.views')).toEqual([{ day: '2026-01-31' }]);
  });

  it('stops the readers of a model that fails, and no others', async () => {
    const counts = await runModels({ ...VIEWS, tests: 'expression: view_count > 1' }, READER, OTHER);
    expect(counts).toMatchObject({ published: 1, stopped: 1 });
    expect(counts.failures).toHaveLength(1);
    expect(await count('raw.zother')).toBe(2);
    expect(await ledger()).toEqual(['raw.views failed', 'raw.zother succeeded']);
  });

  it('stops a whole chain behind a model that fails, and publishes none of it', async () => {
    const last: Written = { ...READER, name: 'prod.zlast', select: READER.select.replace('raw.views', 'prod.reader') };
    const counts = await runModels({ ...VIEWS, tests: 'expression: view_count > 1' }, READER, last, OTHER);
    expect(counts).toMatchObject({ published: 1, stopped: 2, failures: [{ model: 'raw.views' }] });
    expect(await ledger()).toEqual(['raw.views failed', 'raw.zother succeeded']);
    expect([await count('prod.reader'), await count('prod.zlast')]).toEqual([0, 0]);
  });

  it('fails with a view alone that cannot be made: its own error, no broken test, and all others are published', async () => {
    const broken: Written = {
      ...VIEWS,
      name: 'raw.broken',
      kept: 'view',
      // Its statement that fails has the number of this test.
      tests: 'expression: view_count > 0',
      select:
        'select nothing as product_id, 1 as view_count, 2 as kafka_offset, ingested_at from lake.shop_product_views',
    };
    const behind: Written = { ...READER, select: READER.select.replace('raw.views', 'raw.broken') };
    const counts = await runModels(broken, behind, VIEWS, OTHER);
    expect(counts).toMatchObject({ published: 2, stopped: 1, failures: [{ model: 'raw.broken', brokenTest: null }] });
    expect(counts.failures[0]?.message).toMatch(
      /^raw\.broken \(sql\/raw\/broken\.sql\), hour 2026-01-31T10: .*nothing/,
    );
    expect(await ledger()).toEqual(['raw.broken failed', 'raw.views succeeded', 'raw.zother succeeded']);
    expect(await count('ops.test_results')).toBe(0);
  });

  it('keeps the row of the next hour’s first moment when an hour is run again', async () => {
    const next = { dt: HOUR.dt, hour: HOUR.hour + 1 };
    await house.produce('shop.product_views', Date.UTC(2026, 0, 31, next.hour), [view('next', 9)]);
    await house.settle();
    const graph = await graphOf(VIEWS, READER);
    const run = (hours: readonly (typeof HOUR)[]) => transform({ ...house.deps, graph }, { hours, again: true });
    await run([HOUR, next]);
    await run([HOUR]);
    const rows = await house.rows('select product_id, ingested_at from raw.views order by product_id');
    expect(rows.map(({ product_id }) => product_id)).toEqual(['a', 'b', 'next']);
    expect(rows.at(-1)?.ingested_at).toMatch(/^2026-01-31 11:00:00/);
    await run([next]);
    expect(await count('prod.reader')).toBe(3);
  });

  it.each([
    ['in their order', [10, 11]],
    ['the later one first', [11, 10]],
  ])('takes the newer version at a lower position, hours run %s', async (_, hoursOfDay) => {
    const seen = (productId: string, viewCount: number, minute: number) => ({
      productId,
      viewCount,
      lastViewed: `2026-01-31 10:0${minute}:00`,
    });
    // Of p the first event is the newest; of q both are as new, and the one behind counts.
    await house.produce('shop.product_views', T + 1000, [seen('p', 1, 9), seen('q', 2, 9)]);
    await house.produce('shop.product_views', T + 3_600_000, [seen('p', 3, 5), seen('q', 4, 9)]);
    await house.settle();
    const newest: Written = {
      name: 'raw.newest',
      kept: 'merge',
      columns: 'product_id string\n--   view_count integer\n--   version_time timestamp\n--   version_position bigint',
      select: `select product_id, view_count, event_time as version_time, kafka_offset as version_position ${FROM_LAKE}
        and product_id in ('p', 'q')`,
      newest: 'version_time, version_position',
    };
    const graph = await graphOf(newest);
    const hours = hoursOfDay.map((hour) => ({ dt: HOUR.dt, hour }));
    const rows = () => house.rows('select product_id, view_count from raw.newest order by product_id');
    const expected = [
      { product_id: 'p', view_count: '1' },
      { product_id: 'q', view_count: '4' },
    ];
    expect((await transform({ ...house.deps, graph }, { hours })).failures).toEqual([]);
    expect(await rows()).toEqual(expected);
    for (const hour of hours) await transform({ ...house.deps, graph }, { hours: [hour], again: true });
    expect(await rows()).toEqual(expected);
  });

  it('fails where Redshift would, whose columns take 65,535 bytes: a text that a model makes longer', async () => {
    const longer = (bytes: number): Written => ({
      ...VIEWS,
      select: VIEWS.select.replace('product_id', `repeat(product_id, ${bytes}) as product_id`),
    });
    expect(await runModels(longer(65_536), OTHER)).toMatchObject({ published: 1, failures: [{ model: 'raw.views' }] });
    expect(await runModels(longer(65_535))).toMatchObject({ published: 1, failures: [] });
  });

  it('leaves what was published when a test fails, says which rows, and continues when they are fixed', async () => {
    await runModels(VIEWS);
    await house.produce('shop.product_views', T + 1000, [view('c', 77)]);
    await house.settle();
    const counts = await runModels({ ...VIEWS, tests: 'expression: view_count < 50' });
    expect(counts.failures[0]?.brokenTest).toBe('expression: view_count < 50');
    expect(counts.failures[0]?.message).toMatch(
      /^raw\.views \(sql\/raw\/views\.sql\), hour 2026-01-31T10: expected rows that pass "expression: view_count < 50"/,
    );
    expect(await count('raw.views')).toBe(2);
    expect(await ledger()).toEqual(['raw.views failed', 'raw.views succeeded']);
    expect(await house.rows('select test, broken_rows, row_text from ops.test_results')).toEqual([
      { test: 'expression: view_count < 50', broken_rows: '1', row_text: 'kafka_offset=2' },
    ]);
    await runModels({ ...VIEWS, tests: 'expression: view_count < 100' });
    expect(await count('raw.views')).toBe(3);
    expect(await ledger()).toEqual(['raw.views succeeded']);
    expect(await count('ops.test_results')).toBe(0);
  });

  it.each<[string, string, string]>([
    ['unique', 'unique: ingested_at', 'ingested_at=2026-01-31 10:46:30'],
    ['relationship', 'relationship: product_id in raw.zother.product_id', 'product_id=b'],
    ['accepted values', "accepted values: product_id in 'a', 'c'", 'kafka_offset=1'],
  ])('finds rows that break a test of the kind %s', async (_, tests, row) => {
    const other = { ...OTHER, select: `${OTHER.select} and product_id = 'a'` };
    const counts = await runModels(other, { ...VIEWS, tests });
    expect(counts.failures.map(({ model }) => model)).toEqual(['raw.views']);
    expect(await house.rows('select test, row_text from ops.test_results')).toEqual([{ test: tests, row_text: row }]);
  });

  it('records long texts of rows and tests as far as the ledger’s columns reach in every warehouse', async () => {
    const select = VIEWS.select.replace('product_id', 'repeat(product_id, 5000) as product_id');
    const tests = `accepted values: product_id in ${"'x', ".repeat(400)}'y'`;
    const counts = await runModels({ ...VIEWS, select, grain: 'product_id', tests });
    expect(counts.failures).toHaveLength(1);
    expect(
      await house.rows('select distinct length(test) as test, length(row_text) as row_text from ops.test_results'),
    ).toEqual([{ test: '1000', row_text: String('product_id='.length + 250) }]);
  });

  it('finds nulls where a column must have a value', async () => {
    const select = VIEWS.select.replace('view_count', "case when product_id = 'b' then view_count end as view_count");
    const counts = await runModels({ ...VIEWS, select });
    expect(counts.failures).toHaveLength(1);
    expect(await house.rows('select test, row_text from ops.test_results')).toEqual([
      { test: 'not null: product_id, view_count, kafka_offset, ingested_at', row_text: 'kafka_offset=0' },
    ]);
  });

  it.each<[string, Written, RegExp]>([
    ['a syntax error', { ...VIEWS, select: `select product_id view_count, ${FROM_LAKE}` }, /Error/],
    ['a wrong column', { ...VIEWS, select: VIEWS.select.replace('view_count', 'views') }, /views.*not found/],
    [
      'a column that its header lacks',
      { ...VIEWS, select: VIEWS.select.replace('view_count', 'view_count as n') },
      /view_count/,
    ],
    [
      'a duplicate merge key',
      { ...VIEWS, kept: 'merge', select: VIEWS.select.replace('product_id', "'x' as product_id") },
      /unique: product_id/,
    ],
  ])('tells %s with model, file and hour, and changes nothing', async (_, written, expected) => {
    const counts = await runModels(written, OTHER);
    expect(counts.failures).toHaveLength(1);
    expect(counts.failures[0]?.message).toMatch(/^raw\.views \(sql\/raw\/views\.sql\), hour 2026-01-31T10: /);
    expect(counts.failures[0]?.message).toMatch(expected);
    expect(counts.failures[0]?.message).toMatch(/the next run takes the hour again$/);
    expect(await ledger()).toEqual(['raw.views failed', 'raw.zother succeeded']);
    expect(await runModels(VIEWS, OTHER)).toMatchObject({ published: 1, unchanged: 1, failures: [] });
  });

  it('ends when the warehouse cannot be reached, and says nothing wrong in the ledger', async () => {
    await runModels(VIEWS);
    await house.produce('shop.product_views', T + 1000, [view('c', 3)]);
    await house.settle();
    const broken: Warehouse = {
      ...house.warehouse,
      run: () => Promise.reject(new WarehouseUnavailableError('locked')),
    };
    const run = transform({ ...house.deps, warehouse: broken, graph: await graphOf(VIEWS) }, { hours: [HOUR] });
    await expect(run).rejects.toThrow(WarehouseUnavailableError);
    expect(await ledger()).toEqual(['raw.views succeeded']);
    expect(await runModels(VIEWS)).toMatchObject({ published: 1 });
  });

  it('is the same as one clean run, wherever it was killed', async () => {
    const graph = await graphOf(VIEWS, READER, OTHER);
    for (let effects = 0; ; effects++) {
      let left = effects;
      const dying: Warehouse = {
        ...house.warehouse,
        run: (transaction) => {
          if (left-- === 0) throw new Error('killed');
          return house.warehouse.run(transaction);
        },
      };
      const killed = await transform({ ...house.deps, warehouse: dying, graph }, { hours: [HOUR], again: true }).then(
        () => false,
        () => true,
      );
      if (!killed) break;
    }
    expect(await runModels(VIEWS, READER, OTHER)).toMatchObject({ failures: [] });
    expect(await count('prod.reader')).toBe(2);
    expect(await ledger()).toEqual(['prod.reader succeeded', 'raw.views succeeded', 'raw.zother succeeded']);
  });

  it('asks the warehouse three questions and runs nothing when no hour has changed, however many there are', async () => {
    const hours = Array.from({ length: 24 }, (_, hour) => ({ dt: '2026-01-31', hour }));
    for (const { hour } of hours) {
      await house.produce('shop.product_views', Date.UTC(2026, 0, 31, hour, 50), [view(`of ${hour}`, 1)]);
    }
    await house.settle();
    const asked: string[] = [];
    const warehouse: Warehouse = {
      ...house.warehouse,
      query: (statement) => {
        asked.push(`query ${statement.name}`);
        return house.warehouse.query(statement);
      },
      run: (transaction) => {
        asked.push(`run ${transaction.name}`);
        return house.warehouse.run(transaction);
      },
    };
    const graph = await graphOf(VIEWS, READER);
    const run = () => transform({ ...house.deps, warehouse, graph }, { hours });
    expect(await run()).toMatchObject({ hours: 24, published: 48 });
    asked.length = 0;
    expect(await run()).toMatchObject({ hours: 0, published: 0, unchanged: 48 });
    expect(asked.map((call) => call.split(' ', 1)[0])).toEqual(['query', 'query', 'query']);

    await house.produce('shop.product_views', Date.UTC(2026, 0, 31, 3, 59), [view('late', 1)]);
    await house.settle();
    asked.length = 0;
    expect(await run()).toMatchObject({ hours: 1, published: 2, unchanged: 46 });
    expect(asked.filter((call) => call.startsWith('run '))).toEqual([
      'run raw.views (sql/raw/views.sql), hour 2026-01-31T03',
      'run prod.reader (sql/prod/reader.sql), hour 2026-01-31T03',
    ]);
  });

  it('does not run again because an hour is compacted, and does because of a late row behind it', async () => {
    for (const id of ['a', 'b', 'c']) {
      await house.produce('shop.product_views', T, [view(id, 1)]);
      await house.settle();
    }
    const run = async () => transform({ ...house.deps, graph: await graphOf(VIEWS, READER) }, { hours: [HOUR] });
    expect(await run()).toMatchObject({ published: 2, unchanged: 0 });
    const compactor = await openCompactor({
      folder: dataFolder(house.dir),
      settings: { compactMemoryMegabytes: 128, keepGenerationsHours: 24 },
      clock: systemClock,
    });
    const counts = await compactor.compact({ tables: tablesToCompact([shopProductViews]) });
    await compactor.close();
    expect(counts).toMatchObject({ hours: 1, objectsAfter: 1, failures: [] });
    expect(await run()).toMatchObject({ published: 0, unchanged: 2 });
    await house.produce('shop.product_views', T, [view('late', 1)]);
    await house.settle();
    expect(await run()).toMatchObject({ published: 2, unchanged: 0 });
  });

  it('reads the next hours’ versions in the lake while it writes an hour, and says what fails there in its turn', async () => {
    const hours = [9, 10, 11, 12].map((hour) => ({ dt: '2026-01-31', hour }));
    const effects: string[] = [];
    const warehouse: Warehouse = {
      ...house.warehouse,
      run: async (transaction) => {
        await house.warehouse.run(transaction);
        if (transaction.name.includes('hour ')) effects.push(`wrote ${transaction.name.slice(-2)}`);
      },
    };
    const catalog = {
      ...house.deps.catalog,
      partition: async (...asked: Parameters<typeof house.deps.catalog.partition>) => {
        effects.push(`asked ${asked[1].hour}`);
        if (asked[1].hour === 12) throw new Error('the catalogue is away');
        return house.deps.catalog.partition(...asked);
      },
    };
    const run = transform({ ...house.deps, warehouse, catalog, graph: await graphOf(VIEWS) }, { hours });
    await expect(run).rejects.toThrow('the catalogue is away');
    expect(effects).toEqual(['asked 9', 'asked 10', 'asked 11', 'asked 12', 'wrote 10']);
  });

  it('refuses a model that there is not', async () => {
    const run = transform({ ...house.deps, graph: await graphOf(VIEWS) }, { hours: [HOUR], models: ['raw.none'] });
    await expect(run).rejects.toThrow('raw.none: expected a model, one of raw.views');
  });
});

describe('the handler', () => {
  it('runs every hour of the lake when asked for all, releases the warehouse, and says what failed', async () => {
    await house.produce('shop.product_views', T, [view('a', 1)]);
    await house.produce('shop.product_views', T + 5 * 3_600_000, [view('b', 2)]);
    await house.settle();
    const good = createHandler({ ...house.deps, graph: await graphOf(VIEWS) });
    expect(await good({ lookBackHours: 'all' })).toMatchObject({ hours: 2, published: 2 });
    expect(await good({ lookBackHours: 3 })).toMatchObject({ hours: 0, published: 0 });
    const bad = createHandler({
      ...house.deps,
      graph: await graphOf({ ...VIEWS, tests: 'expression: view_count > 1' }),
    });
    const failed = bad({ lookBackHours: 'all' });
    await expect(failed).rejects.toThrow(TransformFailedError);
    await expect(failed).rejects.toThrow(/hour 2026-01-31T10: .*view_count > 1/);
    expect(await house.rows('select count(*) as n from raw.views')).toEqual([{ n: '2' }]);
  });

  it('lets overlapping runs follow each other', async () => {
    await house.produce('shop.product_views', T, [view('a', 1)]);
    await house.settle();
    const handler = createHandler({ ...house.deps, graph: await graphOf(VIEWS) });
    const runs = await Promise.all([1, 2, 3].map(() => handler({ lookBackHours: 'all' })));
    expect(runs.map(({ published }) => published)).toEqual([1, 0, 0]);
  });
});

it('an error of a statement is distinguished from trouble with the warehouse', () => {
  expect(new StatementError(3, 'x')).toMatchObject({ index: 3, name: 'StatementError' });
});
