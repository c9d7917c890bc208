import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataFolder, WAREHOUSE_FILE } from '../../lib/local/folder/data-folder.ts';
import { mermaidGraph, modelStatus } from '../../lib/local/model-status.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { transform } from '../../lib/pipeline/transform/transform.ts';
import { lakehouse, lakeTableNames } from '../support/lakehouse.ts';
import { modelOf } from '../support/read-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HEADER =
  '-- One row.\n-- grain: kafka_offset\n-- kept: replace_hour\n-- columns:\n--   view_count integer\n--   kafka_offset bigint\n--   ingested_at timestamp\n';
const SELECT = 'select view_count, kafka_offset, ingested_at from';
const model = (table: string, select: string, tests = '') => modelOf(`staging.${table}`, `${HEADER}${tests}${select}`);
const graph = modelGraph(
  await Promise.all([
    model('views', `${SELECT} lake.shop_product_views where dt = :dt and hour = cast(:hour as integer)`),
    model(
      'small',
      `${SELECT} staging.views where ingested_at >= cast(:hour_start as timestamp) and ingested_at < cast(:hour_end as timestamp)`,
      '-- tests:\n--   expression: view_count < 5\n',
    ),
  ]),
  lakeTableNames,
);

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

const produce = async (hour: number, viewCount: number) => {
  const event = { productId: 'a', viewCount, lastViewed: '2026-01-31 01:00:00' };
  await house.produce('shop.product_views', Date.UTC(2026, 0, 31, hour, 30), [event]);
  await house.settle();
};

/** As another process asks: the runner has the file closed. */
async function status() {
  await house.close();
  return modelStatus({ ...house.deps, graph, warehouseFile: join(dataFolder(folder.path).warehouse, WAREHOUSE_FILE) });
}

it('says before the first run what the lake has, and opens nothing', async () => {
  await produce(9, 1);
  const [views] = await status();
  expect(views).toMatchObject({ lakeHour: '2026-01-31T09', newestHour: null, lastRun: null, failedHours: 0 });
});

it('tells how far each model is behind the lake, what failed and why, and marks it in the graph', async () => {
  await produce(9, 1);
  await produce(10, 7);
  await transform({ ...house.deps, graph }, { hours: [9, 10].map((hour) => ({ dt: '2026-01-31', hour })) });
  const found = await status();
  expect(found).toMatchObject([
    { model: 'staging.views', newestHour: '2026-01-31T10', rowCount: 1, failedHours: 0, brokenTests: [], error: null },
    {
      model: 'staging.small',
      lakeHour: '2026-01-31T10',
      newestHour: '2026-01-31T09',
      failedHours: 1,
      brokenTests: ['expression: view_count < 5'],
      error: expect.stringMatching(/^staging\.small \(.*\), hour 2026-01-31T10: expected rows that pass/),
    },
  ]);
  expect(mermaidGraph(found).split('\n')).toEqual([
    'flowchart LR',
    '  lake_shop_product_views["lake.shop_product_views"] --> staging_views["staging.views"]',
    '  staging_views["staging.views"] --> staging_small["staging.small"]',
    '  classDef failed fill:#f99',
    '  class staging_small failed',
    '',
  ]);
});
