import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import project from '#project';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { glueCatalog } from '../../lib/adapters/aws/glue-catalog.ts';
import { s3ObjectStore } from '../../lib/adapters/aws/s3-object-store.ts';
import { duckdbRowEncoder } from '../../lib/adapters/duckdb/row-encoder.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import type { FieldIds } from '../../lib/contracts/contract.ts';
import { streamsByTopic } from '../../lib/pipeline/streams-by-topic.ts';
import { readSettings } from '../../lib/settings.ts';
import { readEnvironment } from '../environment.ts';
import { logLine, warn } from '../log-line.ts';
import { sinkVariables } from './env.ts';
import { createHandler } from './handler.ts';
import { instrumentedSink } from './instrumented.ts';

/** The field ids of the released contracts, which the deployment puts beside the code. */
const fieldIds: Readonly<Record<string, FieldIds>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'field-ids.json'), 'utf8'),
);
const contracts = project.contracts.map((contract) => ({ ...contract, fieldIds: fieldIds[contract.name] ?? {} }));
const { LAKE_BUCKET, LAKE_FOLDER, ...environment } = readEnvironment(sinkVariables, process.env);
const { duckdbMemoryMegabytes, incarnations, parquetCodec, topics } = readSettings(environment);
const locationPrefix = `s3://${LAKE_BUCKET}/${LAKE_FOLDER}`;
const streamOf = streamsByTopic(contracts, { topics, incarnations });
const reasons: string[] = [];

export const handler = instrumentedSink({
  take: createHandler({
    store: s3ObjectStore({ client: new S3Client(clientDefaults), bucket: LAKE_BUCKET, prefix: LAKE_FOLDER }),
    catalog: glueCatalog({ client: new GlueClient(clientDefaults), locationPrefix }),
    encoder: duckdbRowEncoder({ dir: '/tmp/weir', memoryMegabytes: duckdbMemoryMegabytes, codec: parquetCodec }),
    clock: systemClock,
    newWriteId: randomUUID,
    note: warn,
    onLostObject: ({ message }) => logLine({ level: 'ERROR', message }),
    onDeadLetters: (added) => void reasons.push(...added),
    streamOf,
  }),
  streamOf,
  clock: systemClock,
  takeReasons: () => reasons.splice(0),
  log: logLine,
});
