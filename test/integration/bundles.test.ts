import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetPartitionsCommand } from '@aws-sdk/client-glue';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { mskEvent as deliveredEvent } from '../../lib/local/event-source/msk-event.ts';
import type { LogRecord } from '../../lib/pipeline/ports.ts';
import { sourcePosition } from '../../lib/pipeline/source-position.ts';
import type { BareLambda } from '../support/bare-lambda.ts';
import { createGlueTables } from '../support/create-glue-tables.ts';
import { asDeployed, startDeployed } from '../support/deployed-function.ts';
import { contracts } from '../support/fixture-project.ts';
import { functions } from '../support/function-findings.ts';
import { lambdaJson } from '../support/lambda-json.ts';
import { mskEvent } from '../support/laptop-sink.ts';
import { startAnswers } from '../support/servers/cloudformation-answers.ts';
import { kafkaNodeServer } from '../support/servers/kafka.ts';
import { installLambdaNode } from '../support/servers/lambda-node.ts';
import { glueServer } from '../support/servers/moto.ts';
import { startMskIamFront } from '../support/servers/msk-iam-front.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { s3Server } from '../support/servers/versitygw.ts';
import { type Synthesis, synthesise } from '../support/synthesis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = await temporaryFolder();
const synthesis: Synthesis = await synthesise(join(folder.path, 'out'), folder.path);
afterAll(() => folder.remove());

/** This deployment has no dashboard to publish. */
const deployed = Object.keys(functions).filter((lambda) => lambda !== 'publish');

describe('what Lambda gets', () => {
  it.each(deployed)('of %s imports no node:http, which would load all of undici', (lambda) => {
    const code = readFileSync(join(asDeployed(synthesis, lambda).asset, 'index.mjs'), 'utf8');
    expect(code).not.toMatch(/(?:from|import) ?"(?:node:)?https?"/);
  });
});

const lakeServers = {
  name: `${s3Server.name} and ${glueServer.name}`,
  install: () => Promise.all([s3Server.install(), glueServer.install(), installLambdaNode()]),
  async start() {
    const [s3, glue] = [await s3Server.start(), await glueServer.start()];
    const stop = async () => {
      await Promise.all([s3.stop(), glue.stop()]);
    };
    return { s3, glue, stop };
  },
};

await describeWithServer(lakeServers, (servers) => {
  describe('the sink’s bundle, on bare Node 24', () => {
    let sink: BareLambda;
    beforeAll(async () => {
      const { s3, glue } = servers();
      const location = `s3://${s3.bucket}/lake/`;
      await createGlueTables(glue, location, ['shop.purchases']);
      // The server knows no session tokens.
      const endpoints = {
        AWS_SESSION_TOKEN: '',
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_ENDPOINT_URL_GLUE: glue.endpoint,
      };
      sink = await startDeployed(synthesis, 'sink', { LAKE_BUCKET: s3.bucket }, endpoints);
    });
    afterAll(() => sink.stop());

    it('runs on Lambda’s major version', () => {
      expect(sink.node).toMatch(/^v24\./);
    });

    it('takes a recorded event into S3 and Glue, and its redelivery changes nothing', async () => {
      const good = { created_at: '2026-01-31T13:00:00Z', country: 'Italy', currency: 'EUR', amount: 70 };
      const event = mskEvent('shop.purchases', [{ value: JSON.stringify(good) }, { value: 'no JSON' }], 1);
      expect(await sink.call(event)).toEqual({ records: 2, rows: 1, deadLetters: 1, objects: 2 });
      expect(await sink.call(event)).toEqual({ records: 2, rows: 0, deadLetters: 0, objects: 0 });
      const { s3, glue } = servers();
      const [store, catalog] = [s3.client(), glue.client()];
      const { Contents = [] } = await store.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
      expect(Contents.map(({ Key }) => Key)).toEqual([
        // Compaction finds the chains of a table here.
        'lake/chains/dead_letters/shop_purchases-i0-p00001',
        'lake/chains/shop_purchases/shop_purchases-i0-p00001',
        // The hour was over long ago: the models' daily run is to look at it.
        expect.stringMatching(/^lake\/changed\/\d{4}-\d\d-\d\d\/2026-01-31T13$/),
        expect.stringMatching(/^lake\/dead_letters\/dt=2026-01-31\/hour=13\/g=0\/.*\.parquet$/),
        expect.stringMatching(/^lake\/shop_purchases\/dt=2026-01-31\/hour=13\/g=0\/.*\.parquet$/),
      ]);
      const table = { DatabaseName: 'lake', TableName: 'shop_purchases' };
      const { Partitions = [] } = await catalog.send(new GetPartitionsCommand(table));
      expect(Partitions.map(({ StorageDescriptor }) => StorageDescriptor?.Location)).toEqual([
        `s3://${s3.bucket}/lake/shop_purchases/dt=2026-01-31/hour=13/g=0/`,
      ]);
      store.destroy();
      catalog.destroy();
    });

    it('tells of it in one line each, with metrics', () => {
      expect(sink.lines()).toMatchObject([
        { message: 'taken', stream: 'shop.purchases', Rows: 1, DeadLetters: 1 },
        { message: 'dead letters', reason: 'not_json', DeadLettersByReason: 1 },
        { message: 'taken', stream: 'shop.purchases', Rows: 0, DeadLetters: 0 },
      ]);
    });
  });
});

const kafkaForLambda = {
  ...kafkaNodeServer,
  install: () => Promise.all([kafkaNodeServer.install(), installLambdaNode()]),
};

await describeWithServer(kafkaForLambda, (kafka) => {
  describe('bundles that talk to the brokers, by TLS and IAM', () => {
    let front: Awaited<ReturnType<typeof startMskIamFront>>;
    let answers: Awaited<ReturnType<typeof startAnswers>>;
    const running: BareLambda[] = [];
    beforeAll(async () => {
      front = await startMskIamFront(kafka().brokers[0] ?? '');
      answers = await startAnswers();
    });
    afterAll(async () => {
      await Promise.all(running.map((one) => one.stop()));
      await Promise.all([front.stop(), answers.stop()]);
    });

    const started = async (lambda: string) => {
      const trust = { NODE_EXTRA_CA_CERTS: front.certificate };
      const one = await startDeployed(synthesis, lambda, { KAFKA_BROKERS: front.brokers }, trust);
      running.push(one);
      return one;
    };

    const request = (topic: string, kafkaPartitions: number, retentionMs: number) => ({
      RequestType: 'Create',
      ResponseURL: answers.url,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Topic',
      ResourceProperties: {
        topic,
        kafkaPartitions: String(kafkaPartitions),
        timestampType: 'LogAppendTime',
        retentionMs: String(retentionMs),
      },
    });

    it('topics makes every topic, again changes nothing, grows one, and refuses to shrink it', async () => {
      const topics = await started('topics');
      for (const { name, kafkaPartitions } of contracts) await topics.call(request(name, kafkaPartitions, 3_600_000));
      await topics.call(request('shop.purchases', 2, 3_600_000));
      await topics.call(request('shop.feedback', 3, 7_200_000));
      await topics.call({
        ...request('shop.feedback', 3, 1),
        RequestType: 'Delete',
        PhysicalResourceId: 'shop.feedback',
      });
      expect(answers.taken.map(({ Status, Reason }) => Reason ?? Status)).toEqual(answers.taken.map(() => 'SUCCESS'));
      await topics.call(request('shop.feedback', 1, 7_200_000));
      expect(answers.taken.at(-1)).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringMatching(/expected 1 kafka partitions or fewer, found 3/),
      });

      const admin = new Kafka({ brokers: [...kafka().brokers], logLevel: logLevel.NOTHING }).admin();
      const { topics: found } = await admin.fetchTopicMetadata({ topics: ['shop.feedback', 'shop.purchases'] });
      const configs = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name: 'shop.feedback' }],
      });
      await admin.disconnect();
      expect(found.map(({ name, partitions }) => `${name} ${partitions.length}`).sort()).toEqual([
        'shop.feedback 3',
        'shop.purchases 2',
      ]);
      const entries = configs.resources[0]?.configEntries.map(
        ({ configName, configValue }) => `${configName}=${configValue}`,
      );
      expect(entries).toEqual(expect.arrayContaining(['retention.ms=7200000', 'message.timestamp.type=LogAppendTime']));
    });

    it('generate sends a minute’s events of every stream, and not again when the time is delivered twice', async () => {
      const generate = await started('generate');
      const first = await generate.call({ scheduledTime: '2026-01-31T13:00:00Z' });
      expect(first).toMatchObject({ sent: expect.any(Number) });
      expect(await generate.call({ scheduledTime: '2026-01-31T13:00:00Z' })).toEqual({ sent: 0 });
      const admin = new Kafka({ brokers: [...kafka().brokers], logLevel: logLevel.NOTHING }).admin();
      const ends = await admin.fetchTopicOffsets('shop.purchases');
      await admin.disconnect();
      expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(109);
    });

    it('refine appends to the refined topics what it is given of a source, once though the batch comes again', async () => {
      const refine = await started('refine');
      const log = kafkaEventLog({ brokers: kafka().brokers, clientId: 'test', warn: () => {} });
      const read = async (topic: string, kafkaPartition: number): Promise<readonly LogRecord[]> => {
        const reader = await log.openReader(topic, `test-${randomUUID()}`);
        const records: LogRecord[] = [];
        const ends = await log.endOffsets(topic);
        while (records.filter((one) => one.kafkaPartition === kafkaPartition).length < (ends[kafkaPartition] ?? 0)) {
          records.push(...(await reader.poll({ maxRecords: 1_000, maxBytes: 1_000_000, waitMs: 1_000 })));
        }
        await reader.close();
        return records.filter((one) => one.kafkaPartition === kafkaPartition);
      };
      const search = {
        user_id: 'u',
        hotel_id: 'h',
        search_timestamp: 1769860800,
        hotel_advertisers: { a: [{ eurocents: 7 }], b: [] },
      };
      const value = Buffer.from(JSON.stringify(search));
      const bad = { key: null, value: Buffer.from('no JSON'), headers: [] };
      const { firstOffset } = await log.append('search.raw', 3, [{ key: null, value, headers: [] }, bad]);
      const records = (await read('search.raw', 3)).slice(firstOffset);
      const origin = { topic: 'search.raw', eventSourceArn: 'arn', bootstrapServers: '' };
      const event = JSON.parse(lambdaJson(deliveredEvent(origin, [{ kafkaPartition: 3, records }])));
      const counts = { records: 2, events: 3, skipped: 1 };
      expect(await refine.call(event)).toEqual(counts);
      expect(await refine.call(event)).toEqual({ ...counts, events: 0 });

      const position = { incarnation: 0, offset: firstOffset, timestampMs: records[0]?.timestampMs };
      const offers = [
        { key: 'h', min_price: 7, ...position, ordinal: 0 },
        { key: 'h', min_price: null, ...position, ordinal: 1 },
      ];
      const found = (await read('search.offers', 3)).map((record) => ({
        key: String(record.key),
        min_price: JSON.parse(String(record.value)).min_price,
        ...sourcePosition(record.headers),
      }));
      expect(found).toEqual(offers);
      expect((await read('search.processed', 3)).length).toBe(1);
      await log.close();
      expect(refine.lines()).toMatchObject([
        { level: 'INFO', message: 'refined', stream: 'search.raw', skipped: 1, RefinedRecords: 2, RefinedEvents: 3 },
        { level: 'INFO', message: 'refined' },
      ]);
    });

    it('each came with a token of its own credentials for this region', () => {
      expect(front.tokens.length).toBeGreaterThan(1);
      for (const { searchParams } of front.tokens) {
        expect(searchParams.get('Action')).toBe('kafka-cluster:Connect');
        expect(searchParams.get('X-Amz-Credential')).toMatch(
          /^testing\/\d{8}\/us-east-1\/kafka-cluster\/aws4_request$/,
        );
      }
    });
  });
});
