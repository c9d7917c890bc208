import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../lambdas/transform/handler.ts';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import type { Clock } from '../../../lib/pipeline/ports.ts';
import { modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { lakehouse, lakeTableNames } from '../../support/lakehouse.ts';
import { modelOf } from '../../support/read-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const OLD = Date.UTC(2026, 0, 31, 10, 30);
const HOUR_MS = 3_600_000;

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

async function put(atMs: number, viewCount: number): Promise<void> {
  const event = { productId: 'a', viewCount, lastViewed: new Date(atMs).toISOString() };
  await house.produce('shop.product_views', atMs, [event]);
  await house.settle();
}

/** A handler of one model, and the hours of the lake that its runs ask for, each once. */
async function handler({ clock = systemClock as Clock, test = 'view_count > 0' } = {}) {
  const sql =
    '-- One row.\n-- grain: kafka_offset\n-- kept: replace_hour\n-- columns:\n--   view_count integer\n--   kafka_offset bigint\n' +
    `--   ingested_at timestamp\n-- tests:\n--   expression: ${test}\n` +
    'select view_count, kafka_offset, ingested_at from lake.shop_product_views where dt = :dt and hour = cast(:hour as integer)';
  const graph = modelGraph([await modelOf('staging.views', sql)], lakeTableNames);
  const asked = { all: 0, hours: new Set<string>() };
  const catalog = {
    partitions: (...[table]: Parameters<typeof house.deps.catalog.partitions>) => {
      asked.all += 1;
      return house.deps.catalog.partitions(table);
    },
    partition: (...[table, hour]: Parameters<typeof house.deps.catalog.partition>) => {
      asked.hours.add(`${hour.dt} ${hour.hour}`);
      return house.deps.catalog.partition(table, hour);
    },
  };
  const run = createHandler({ ...house.deps, catalog, clock, graph });
  const runModel = (model: string) => run({ lookBackHours: 'all', model });
  return { asked, run: () => run({ lookBackHours: 'all' }), runModel };
}

const views = async () =>
  (await house.rows('select view_count from staging.views order by view_count')).map(({ view_count }) =>
    Number(view_count),
  );

describe('a run of all hours', () => {
  it('looks at the whole lake once, then at young hours and at those that have changed', async () => {
    for (let hour = 0; hour < 5; hour++) await put(OLD + hour * HOUR_MS, hour + 1);
    const first = await handler();
    expect(await first.run()).toMatchObject({ published: 5 });
    expect(first.asked.all).toBeGreaterThan(0);

    const second = await handler();
    expect(await second.run()).toMatchObject({ published: 0 });
    expect(second.asked.all).toBe(0);
    // The notes of the first day are still near.
    expect(second.asked.hours.size).toBeLessThanOrEqual(48 + 5);

    await put(OLD + HOUR_MS, 99);
    expect(await (await handler()).run()).toMatchObject({ published: 1 });
    expect(await views()).toEqual([1, 2, 3, 4, 5, 99]);
  });

  it('asks for no more hours however many the lake has', async () => {
    for (let hour = 0; hour < 3; hour++) await put(OLD + hour * HOUR_MS, 1);
    await (await handler()).run();
    // Days later, when no note is near.
    const later: Clock = { ...systemClock, now: () => Date.now() + 10 * 24 * HOUR_MS };
    await (await handler({ clock: later })).run();
    const muchLater: Clock = { ...systemClock, now: () => Date.now() + 11 * 24 * HOUR_MS };
    const { asked, run } = await handler({ clock: muchLater });
    await run();
    expect([asked.all, asked.hours.size]).toEqual([0, 48]);
  });

  it('looks at every hour since the last one, however long ago it was', async () => {
    await put(OLD, 1);
    await (await handler()).run();
    const later: Clock = { ...systemClock, now: () => Date.now() + 10 * 24 * HOUR_MS };
    const { asked, run } = await handler({ clock: later });
    await run();
    expect(asked.hours.size).toBeGreaterThanOrEqual(10 * 24);
  });

  it('runs an hour again that failed, although nobody has noted it', async () => {
    await put(OLD, 1);
    await put(OLD + HOUR_MS, 7);
    const failing = await handler({ test: 'view_count < 5' });
    await expect(failing.run()).rejects.toThrow(/hour 2026-01-31T11/);
    const later: Clock = { ...systemClock, now: () => Date.now() + 10 * 24 * HOUR_MS };
    const again = await handler({ test: 'view_count < 5', clock: later });
    await expect(again.run()).rejects.toThrow(/hour 2026-01-31T11/);
    expect(again.asked.hours).toContain('2026-01-31 11');
  });

  it('looks at the whole lake again when a model has changed', async () => {
    await put(OLD, 1);
    await (await handler()).run();
    const changed = await handler({ test: 'view_count > -1' });
    expect(await changed.run()).toMatchObject({ published: 1 });
    expect(changed.asked.all).toBeGreaterThan(0);
  });

  it('that was cut short is not taken for a whole one', async () => {
    await put(OLD, 1);
    const stopping = new AbortController();
    stopping.abort();
    const cut = await createHandler(house.deps)({ lookBackHours: 'all' }, stopping.signal);
    expect(cut).toMatchObject({ cutShort: true });
    expect(await house.rows("select model from ops.runs where model = 'ops.looked_at'")).toEqual([]);
  });
});

describe('a run of one model', () => {
  it('runs what is published again, and leaves it to the next run to look at the whole lake', async () => {
    await put(OLD, 1);
    const first = await handler();
    expect(await first.runModel('staging.views')).toMatchObject({ published: 1 });
    expect(await first.runModel('staging.views')).toMatchObject({ published: 1, unchanged: 0 });
    const whole = await handler();
    expect(await whole.run()).toMatchObject({ published: 0, unchanged: 1 });
    expect(whole.asked.all).toBeGreaterThan(0);
    await put(Date.now(), 2);
    await whole.runModel('staging.views');
    expect(await views()).toEqual([1, 2]);
  });

  it('of a name that no model has fails, and names those that there are', async () => {
    const { runModel } = await handler();
    await expect(runModel('staging.none')).rejects.toThrow('staging.none: expected a model, one of staging.views');
  });
});
