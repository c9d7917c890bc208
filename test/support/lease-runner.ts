import { randomUUID } from 'node:crypto';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { redshiftWarehouse } from '../../lib/adapters/aws/redshift-warehouse.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import type { Clock, Warehouse } from '../../lib/pipeline/ports.ts';
import { hoursBetween, parseHour } from '../../lib/pipeline/transform/hours.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { transform } from '../../lib/pipeline/transform/transform.ts';
import { modelOf } from './read-model.ts';

const HOURS = hoursBetween(parseHour('2026-01-31T09', Date.now()), parseHour('2026-01-31T11', Date.now()));

/** The lake table that the models below read, with a row in each hour. */
export const LAKE_OF_LEASES: readonly string[] = [
  'create schema if not exists lake',
  'drop table if exists lake.events',
  'create table lake.events (id varchar, dt varchar, hour integer, ingested_at timestamp)',
  `insert into lake.events select 'e' || n, '2026-01-31', n, timestamp '2026-01-31' + n * interval '1 hour'
   from generate_series(9, 11) as hours (n)`,
];

const HEADER =
  '-- One row.\n-- grain: id\n-- kept: replace_hour\n-- columns:\n--   id string\n--   ingested_at timestamp\n';
const FROM_LAKE = 'select id, ingested_at from lake.events where dt = :dt and hour = cast(:hour as integer)';

const models = await Promise.all(
  ['first', 'second', 'third'].map((table) => modelOf(`staging.${table}`, HEADER + FROM_LAKE)),
);

/** Time advances as soon as something waits for it. */
function hastyClock(): Clock {
  let skippedMs = 0;
  return {
    now: () => Date.now() + skippedMs,
    sleep: async (ms) => {
      skippedMs += ms;
      await systemClock.sleep(ms / 100);
    },
  };
}

/**
 * A run of three models over three hours through the Data API, as `runner`. `onRun` is called before each transaction
 * of a model, and may delay it.
 */
export async function runWithLease(
  endpoint: string,
  runner: string,
  onRun: (transaction: string) => Promise<void> | void = () => undefined,
) {
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const client = new RedshiftDataClient({ ...clientDefaults, endpoint, credentials, region: 'us-east-1' });
  const redshift = redshiftWarehouse({
    client,
    workgroup: 'weir',
    database: 'weir',
    clock: systemClock,
    attempt: randomUUID(),
  });
  const warehouse: Warehouse = {
    ...redshift,
    run: async (transaction) => {
      if (transaction.name.includes(', hour ')) await onRun(transaction.name);
      await redshift.run(transaction);
    },
  };
  const partition = async () => ({ dt: '', hour: 0, generation: 0, location: 'events/' });
  const catalog = { partition, partitions: async () => [] };
  const store = {
    list: async () => ['events/orders.parquet'],
    readTail: () => Promise.reject(new Error('it has no slots')),
  };
  const graph = modelGraph(models, ['lake.events']);
  try {
    const deps = { warehouse, catalog, store, graph, clock: hastyClock(), windowSeconds: 60, runner };
    return await transform(deps, { hours: HOURS, again: true });
  } finally {
    client.destroy();
  }
}
