import type { MSKEvent } from 'aws-lambda';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { kafkaEventLog } from '../../../lib/adapters/kafka/kafka-event-log.ts';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { lakeTable } from '../../../lib/derive/names.ts';
import { type ReaderName, readerNames, topicReaders } from '../../../lib/derive/topic-readers.ts';
import { functionOutput } from '../../../lib/infra/naming.ts';
import { type EventSourceMapping, eventSourceMapping } from '../../../lib/local/event-source/event-source-mapping.ts';
import type { BareLambda } from '../bare-lambda.ts';
import { createGlueTables } from '../create-glue-tables.ts';
import { startDeployed } from '../deployed-function.ts';
import { contracts } from '../fixture-project.ts';
import { lambdaJson } from '../lambda-json.ts';
import { startDataApi } from '../servers/data-api.ts';
import { kafkaNodeServer } from '../servers/kafka.ts';
import { loadTables } from '../servers/lake-in-postgres.ts';
import { installLambdaNode } from '../servers/lambda-node.ts';
import { glueServer } from '../servers/moto.ts';
import { startMskIamFront } from '../servers/msk-iam-front.ts';
import { postgresServer } from '../servers/postgres.ts';
import { redisServer } from '../servers/redis.ts';
import type { Stoppable } from '../servers/requirement.ts';
import { s3Server } from '../servers/versitygw.ts';
import type { Synthesis } from '../synthesis.ts';
import { startAthena } from './athena.ts';
import { startFront } from './front.ts';
import { lakeReader } from './lake-reader.ts';
import { type EmulatedMapping, startLambdaPlane } from './lambda-plane.ts';
import { emulatedLive } from './live.ts';

const FOLDER = 'lake/';
const LIMITS = {
  batchSize: 10_000,
  batchWindowMs: 500,
  maxPayloadBytes: 6_000_000,
  maxConcurrent: 1,
  backOff: { firstMs: 500, maxMs: 1_000 },
};

/** The servers of an emulated deployment. */
export const emulatedServers = {
  name: [kafkaNodeServer, s3Server, glueServer, postgresServer, redisServer].map(({ name }) => name).join(', '),
  install: () =>
    Promise.all([
      kafkaNodeServer.install(),
      s3Server.install(),
      glueServer.install(),
      postgresServer.install(),
      redisServer.install(),
      installLambdaNode(),
    ]),
  async start() {
    const kafka = await kafkaNodeServer.start();
    const [s3, glue, postgres] = [await s3Server.start(), await glueServer.start(), await postgresServer.start()];
    const redis = await redisServer.start();
    const stop = async () => {
      await Promise.all([kafka, s3, glue, postgres, redis].map((server) => server.stop()));
    };
    return { kafka, s3, glue, postgres, redis, stop };
  },
};

type Servers = Awaited<ReturnType<typeof emulatedServers.start>>;

/**
 * A deployment of the fixture project: the functions of its synthesis on bare Node, with Weir's own event source
 * mappings over Kafka, S3 and Glue, DuckDB in place of Athena and PostgreSQL in place of Redshift; the meter and the
 * REST API run in this process. `environment` points `weir` to it.
 */
export async function emulatedDeployment(synthesis: Synthesis, { kafka, s3, glue, postgres, redis }: Servers) {
  const stopping: Stoppable[] = [];
  const kept = <T extends Stoppable>(one: T): T => {
    stopping.push(one);
    return one;
  };
  await makeTopics(kafka.brokers);
  await createGlueTables(
    glue,
    `s3://${s3.bucket}/${FOLDER}`,
    contracts.map(({ name }) => name),
  );
  const sql = async (text: string) => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  // The deployment of the warehouse creates it too.
  await sql('create role weir_reader');

  const msk = kept(await startMskIamFront(kafka.brokers[0] ?? ''));
  const store = kept(await startFront(s3.endpoint));
  const dataApi = kept(await startDataApi(postgres.url));
  // Athena and Spectrum use the functions' endpoint of the store: if it is unavailable, it is unavailable to all.
  const [glueClient, s3Client] = [glue.client(), s3.client(store.endpoint)];
  const lake = await lakeReader({ glue: glueClient, s3: s3Client });
  kept({
    stop: async () => {
      await lake.close();
      glueClient.destroy();
      s3Client.destroy();
    },
  });
  const athena = kept(await startAthena(lake));

  const known = { LAKE_BUCKET: s3.bucket, REDSHIFT_WORKGROUP: 'weir-dev', KAFKA_BROKERS: msk.brokers };
  const endpoints = {
    AWS_ENDPOINT_URL_S3: store.endpoint,
    AWS_ENDPOINT_URL_GLUE: glue.endpoint,
    AWS_ENDPOINT_URL_REDSHIFT_DATA: dataApi.endpoint,
    NODE_EXTRA_CA_CERTS: msk.certificate,
  };
  const live = kept(await emulatedLive(redis.url));
  const functions = new Map<string, (event: unknown) => Promise<unknown>>();
  functions.set('meter', (event) => live.meter(event as MSKEvent));
  // The store's server does not support session tokens; a signature for the brokers includes one.
  const withoutToken = { ...endpoints, AWS_SESSION_TOKEN: '' };
  const variables = { sink: withoutToken, transform: withoutToken, refine: endpoints, generate: endpoints };
  for (const [lambda, environment] of Object.entries(variables))
    functions.set(lambda, oneAtATime(kept(await startDeployed(synthesis, lambda, known, environment))));
  const call = async (lambda: string, event: unknown) => {
    const found = functions.get(lambda);
    if (found === undefined) throw new Error(`Function not found: ${lambda}`);
    // External tables are read when a statement runs; these are loaded before it.
    if (lambda === 'transform') await showLake();
    return found(event);
  };
  const showLake = () =>
    loadTables(postgres.url, {
      contracts,
      names: new Set(contracts.map(lakeTable).map(({ database, table }) => `${database}.${table}`)),
      rowsOf: async (text) => (await lake.query(text)).rows,
    });

  const mappings = await startMappings(kafka.brokers, call);
  const plane = kept(
    await startLambdaPlane({
      call,
      mappings: (reader) => mappings.states(reader as ReaderName),
      // The outputs of all its stacks together.
      outputs: {
        ApiUrl: live.endpoint,
        ...Object.fromEntries([...functions.keys()].map((lambda) => [functionOutput(lambda), lambda])),
      },
    }),
  );
  return {
    store,
    glue: glueClient,
    sql,
    disable: mappings.disable,
    enable: mappings.enable,
    environment: {
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing-secret',
      AWS_ENDPOINT_URL_ATHENA: athena.endpoint,
      AWS_ENDPOINT_URL_CLOUDFORMATION: plane.endpoint,
      AWS_ENDPOINT_URL_LAMBDA: plane.endpoint,
    },
    async stop() {
      await mappings.stop();
      for (const one of stopping.reverse()) await one.stop();
    },
  };
}

async function makeTopics(brokers: readonly string[]): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.createTopics({
    topics: contracts.map(({ name, kafkaPartitions }) => ({
      topic: name,
      numPartitions: kafkaPartitions,
      configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    })),
  });
  await admin.disconnect();
}

/** Lambda would start further instances; one process handles one event after the other. */
function oneAtATime(lambda: BareLambda) {
  let last: Promise<unknown> = Promise.resolve();
  return (event: unknown): Promise<unknown> => {
    const next = last.then(() => lambda.call(event));
    last = next.catch(() => undefined);
    return next;
  };
}

/** A mapping from each topic to each of its readers. */
async function startMappings(brokers: readonly string[], call: (lambda: string, event: unknown) => Promise<unknown>) {
  const log = kafkaEventLog({ brokers, clientId: 'mappings', warn: () => {} });
  const running = new Map<string, { readonly mapping: EventSourceMapping; lastResult: string }>();
  const states = new Map<string, string>();
  const enable = async (reader: ReaderName, topic: string) => {
    const place = `${reader} ${topic}`;
    const entry = { lastResult: 'No records processed' };
    const mapping = await eventSourceMapping({
      log,
      origin: {
        topic,
        eventSourceArn: 'arn:aws:kafka:us-east-1:111122223333:cluster/weir-dev/1',
        bootstrapServers: '',
      },
      group: `emulated-${reader}-${topic}`,
      watch: async () => {},
      handler: async (event) => {
        try {
          await call(reader, JSON.parse(lambdaJson(event)));
          entry.lastResult = 'OK';
        } catch (error) {
          entry.lastResult = 'PROBLEM: Function call failed';
          throw error;
        }
      },
      limits: LIMITS,
      clock: systemClock,
      random: Math.random,
      notify: () => {},
    });
    running.set(place, Object.assign(entry, { mapping }));
    states.set(place, 'Enabled');
  };
  for (const reader of readerNames)
    for (const { name } of topicReaders[reader].reads(contracts)) await enable(reader, name);
  const disable = async (reader: ReaderName, topic: string) => {
    const place = `${reader} ${topic}`;
    await running.get(place)?.mapping.stop(10_000);
    states.set(place, 'Disabled');
  };
  return {
    enable,
    disable,
    states: (reader: ReaderName): readonly EmulatedMapping[] =>
      topicReaders[reader].reads(contracts).map(({ name: topic }) => ({
        topic,
        state: states.get(`${reader} ${topic}`) ?? '',
        lastResult: running.get(`${reader} ${topic}`)?.lastResult ?? '',
      })),
    async stop() {
      await Promise.all([...running.values()].map(({ mapping }) => mapping.stop(10_000)));
      await log.close();
    },
  };
}
