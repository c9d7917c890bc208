import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GlueClient } from '@aws-sdk/client-glue';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import project from '#project';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { glueCatalogReader } from '../../lib/adapters/aws/glue-table-partitions.ts';
import { redshiftWarehouse } from '../../lib/adapters/aws/redshift-warehouse.ts';
import { s3ObjectReader } from '../../lib/adapters/aws/s3-object-reader.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { personalNames } from '../../lib/derive/personal-names.ts';
import { externalTables } from '../../lib/derive/redshift.ts';
import type { Model } from '../../lib/pipeline/transform/model.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { settings } from '../../lib/settings.ts';
import { readEnvironment } from '../environment.ts';
import { logLine } from '../log-line.ts';
import { transformVariables } from './env.ts';
import { createHandler } from './handler.ts';
import { probeInWarehouse } from './probed.ts';
import { scheduled } from './scheduled.ts';

const { contracts } = project;
/** Longer than any model should take for an hour; a statement that exceeds it is cancelled, and the run ends. */
const MODEL_TIME_LIMIT_MS = 240_000;
/** Reserved for the work before and after the last model. */
const RESERVE_MS = 30_000;

const environment = readEnvironment(transformVariables, process.env);
const { LAKE_BUCKET: bucket, LAKE_FOLDER: folder } = environment;
// The models are in the asset, beside the bundle: see lib/infra/bundle.ts.
const models: readonly Model[] = JSON.parse(readFileSync(join(import.meta.dirname, 'models.json'), 'utf8'));
const graph = modelGraph(models, externalTables(contracts));
const catalog = glueCatalogReader({
  client: new GlueClient(clientDefaults),
  locationPrefix: `s3://${bucket}/${folder}`,
});
const store = s3ObjectReader({ client: new S3Client(clientDefaults), bucket, prefix: folder });
const redshift = {
  client: new RedshiftDataClient(clientDefaults),
  workgroup: environment.REDSHIFT_WORKGROUP,
  database: environment.REDSHIFT_DATABASE,
  clock: systemClock,
  timeLimitMs: MODEL_TIME_LIMIT_MS,
};

export const handler = scheduled({
  run: async (attempt, event, signal) => {
    const warehouse = redshiftWarehouse({ ...redshift, attempt });
    const run = createHandler({
      warehouse,
      catalog,
      store,
      graph,
      clock: systemClock,
      windowSeconds: settings.windowSeconds.default,
      readers: {
        role: environment.REDSHIFT_READER_ROLE,
        hidden: environment.REDSHIFT_READERS_SEE_PERSONAL_DATA === 'true' ? null : personalNames(contracts),
      },
      // Two runs of the same scheduled time are still different runners.
      runner: `the run of ${attempt}, ${randomUUID()}`,
    });
    const result = await run(event, signal);
    if (event.probe === undefined) return result;
    return {
      ...result,
      probe: await probeInWarehouse({ warehouse, contracts, graph, clock: systemClock }, event.probe),
    };
  },
  lastModelTakesMs: MODEL_TIME_LIMIT_MS + RESERVE_MS,
  clock: systemClock,
  log: logLine,
});
