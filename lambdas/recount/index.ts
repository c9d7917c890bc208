import { GlueClient } from '@aws-sdk/client-glue';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import project from '#project';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { glueCatalogReader } from '../../lib/adapters/aws/glue-table-partitions.ts';
import { invoke } from '../../lib/adapters/aws/invoke-function.ts';
import { s3ObjectFetch } from '../../lib/adapters/aws/s3-object-fetch.ts';
import { s3ObjectReader } from '../../lib/adapters/aws/s3-object-reader.ts';
import { duckdbMetricRows } from '../../lib/adapters/duckdb/metric-rows.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { askedMetrics } from '../../lib/pipeline/meter/asked-metrics.ts';
import { lakeCoverage } from '../../lib/pipeline/meter/lake-coverage.ts';
import { readSettings } from '../../lib/settings.ts';
import { readEnvironment } from '../environment.ts';
import { logLine } from '../log-line.ts';
import { deployedMetricStore } from '../metric-store.ts';
import type { StreamOffsets } from '../offsets/handler.ts';
import { recountVariables } from './env.ts';
import { createHandler } from './handler.ts';
import { instrumentedRecount } from './instrumented.ts';

const variables = readEnvironment(recountVariables, process.env);
const { LAKE_BUCKET: bucket, LAKE_FOLDER: prefix, OFFSETS_FUNCTION, WEIR_DUCKDB_MEMORY_MB } = variables;
const settings = readSettings({
  WEIR_DUCKDB_MEMORY_MB,
  WEIR_INCARNATIONS: variables.WEIR_INCARNATIONS,
  WEIR_TOPICS: variables.WEIR_TOPICS,
});
const { contracts } = project;
const objects = { client: new S3Client(clientDefaults), bucket, prefix };
const store = { ...s3ObjectReader(objects), ...s3ObjectFetch(objects, '/tmp/weir') };
const catalog = glueCatalogReader({
  client: new GlueClient(clientDefaults),
  locationPrefix: `s3://${bucket}/${prefix}`,
});
const lambda = new LambdaClient(clientDefaults);

export const handler = instrumentedRecount({
  recount: createHandler({
    contracts,
    topics: settings.topics,
    incarnations: settings.incarnations,
    metrics: askedMetrics(contracts, settings),
    store: deployedMetricStore(variables, { redisPrefix: settings.redisPrefix, environment: process.env }),
    lake: {
      coverageOf: (table, shard) => lakeCoverage({ store, catalog }, table, shard),
      rows: duckdbMetricRows({ store, catalog, memoryMegabytes: settings.duckdbMemoryMegabytes }),
      windowRetentionSeconds: settings.metricRetentionHours * 3600,
    },
    offsets: async () => (await invoke(lambda, OFFSETS_FUNCTION, {})) as readonly StreamOffsets[],
    clock: systemClock,
  }),
  clock: systemClock,
  log: logLine,
});
