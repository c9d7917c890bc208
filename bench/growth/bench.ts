import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHandler } from '../../lambdas/transform/handler.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { openPipelineLog } from '../../lib/local/event-log.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { startPipeline } from '../../lib/local/pipeline.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { query } from '../../lib/local/query/query.ts';
import { localWarehouse } from '../../lib/local/warehouse.ts';
import { readSettings } from '../../lib/settings.ts';
import { shipped } from '../../test/support/shipped.ts';
import { median, table } from '../printed.ts';
import { grownLake, newestHour } from './grown-lake.ts';

const ROUNDS = 5;

/**
 * Measures what grows with the lake and what does not: the start of the pipeline until it shows its status, queries of
 * one hour by its names and by time, and a run of all models when nothing has changed; in milliseconds, by the number
 * of hours of all streams in the lake.
 */
export async function benchGrowth({ hours: most }: { readonly hours: number }): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'weir-growth-'));
  try {
    // The folder's lake belongs to its log.
    await started(dir);
    const lake = await grownLake(dir);
    const head = ['hours', 'start', 'query of one hour', 'query of the last hour', 'no changes'];
    for (let hours = 10; hours <= most; hours *= 10) {
      await lake.growTo(hours);
      const row = [String(hours), ...(await measured(dir)).map((ms) => ms.toFixed(0))];
      // Each result is printed immediately, because creating ten thousand hours takes minutes.
      console.log(table([head, row]));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function measured(dir: string): Promise<readonly number[]> {
  const { dt, hour } = newestHour;
  const count = 'select count(*) as rows from lake.shop_purchases where';
  // A run without changes, so that the files of ledger and catalogue have been read once.
  await withoutChanges(dir);
  return [
    await medianOf(() => started(dir)),
    await medianOf(() => queried(dir, `${count} dt = '${dt}' and hour = ${hour}`)),
    await medianOf(() => queried(dir, `${count} ingested_at > now() - interval 1 hour`)),
    await medianOf(() => withoutChanges(dir)),
  ];
}

async function medianOf(work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await work());
  return median(times);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const queried = (dir: string, sql: string) =>
  timed(async () => {
    const { rows } = await query(localLake(dataFolder(dir), shipped.contracts), sql);
    for await (const _ of rows);
  });

async function started(dir: string): Promise<number> {
  const [folder, settings, clock] = [dataFolder(dir), readSettings({}), systemClock];
  const silent = () => undefined;
  const log = await openPipelineLog({ folder, settings, clock, warn: silent });
  let stop = async () => {};
  try {
    return await timed(async () => {
      const options = { ...shipped, folder, settings, log, clock, generate: false, notify: silent, warn: silent };
      const pipeline = await startPipeline(options);
      stop = () => pipeline.stop(2500);
      await pipeline.status();
    });
  } finally {
    await stop();
    await log.close();
  }
}

async function withoutChanges(dir: string): Promise<number> {
  const folder = dataFolder(dir);
  const deps = await localWarehouse({ ...shipped, folder, settings: readSettings({}), clock: systemClock });
  return timed(() => createHandler(deps)({ lookBackHours: 'all' }));
}
