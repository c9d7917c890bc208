import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { topicSettings } from '../../lib/derive/topic.ts';
import { consumerGroup, meteredStreams } from '../../lib/derive/topic-readers.ts';
import type { BareLambda } from '../support/bare-lambda.ts';
import { createGlueTables } from '../support/create-glue-tables.ts';
import { startDeployed } from '../support/deployed-function.ts';
import { startLambdaPlane } from '../support/emulated/lambda-plane.ts';
import { contracts } from '../support/fixture-project.ts';
import { type HttpAnswer, httpEvent } from '../support/http-event.ts';
import { mskEvent } from '../support/laptop-sink.ts';
import { kafkaNodeServer } from '../support/servers/kafka.ts';
import { installLambdaNode } from '../support/servers/lambda-node.ts';
import { glueServer } from '../support/servers/moto.ts';
import { startMskIamFront } from '../support/servers/msk-iam-front.ts';
import { tlsRedisServer } from '../support/servers/redis.ts';
import { describeWithServer, type Stoppable } from '../support/servers/requirement.ts';
import { makeStoreUsers } from '../support/store-users.ts';
import { type Synthesis, synthesise } from '../support/synthesis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const STREAM = 'shop.purchases';
const KAFKA_PARTITION = 1;
const BUCKET = 'lake-of-the-test';

const folder = await temporaryFolder();
const synthesis: Synthesis = await synthesise(join(folder.path, 'out'), folder.path);
afterAll(() => folder.remove());

const servers = {
  name: [kafkaNodeServer, glueServer, tlsRedisServer].map(({ name }) => name).join(', '),
  install: () =>
    Promise.all([kafkaNodeServer.install(), glueServer.install(), tlsRedisServer.install(), installLambdaNode()]),
  async start() {
    const [kafka, aws, redis] = [await kafkaNodeServer.start(), await glueServer.start(), await tlsRedisServer.start()];
    const stop = async () => {
      await Promise.all([kafka.stop(), aws.stop(), redis.stop()]);
    };
    return { kafka, aws, redis, stop };
  },
};

/** moto is S3 here, too: it takes requests with session tokens, by which the function logs in to the store. One writer at a time. */
await describeWithServer(servers, (running) => {
  describe('the bundles of recount, offsets, sink, meter and read, on Kafka, Redis by TLS, and moto for Glue and S3', () => {
    const stopping: Stoppable[] = [];
    const functions = {} as Record<'sink' | 'meter' | 'read' | 'recount' | 'offsets', BareLambda>;

    beforeAll(async () => {
      const { kafka, aws, redis } = running();
      await makeStoreUsers(redis, synthesis);
      const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
      const s3 = new S3Client({
        ...clientDefaults,
        endpoint: aws.endpoint,
        region: 'us-east-1',
        credentials,
        forcePathStyle: true,
      });
      await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
      s3.destroy();
      await createGlueTables(
        aws,
        `s3://${BUCKET}/lake/`,
        contracts.map(({ name }) => name),
      );
      const front = await startMskIamFront(kafka.brokers[0] ?? '');
      const log = kafkaEventLog({ brokers: kafka.brokers, clientId: 'test', warn: () => {} });
      for (const contract of contracts) await log.createTopic(topicSettings(contract));
      await log.close();
      const plane = await startLambdaPlane({
        call: (name, event) => (functions as Record<string, BareLambda>)[name]?.call(event) ?? Promise.reject(),
        mappings: () => [],
        outputs: {},
      });
      const known = {
        KAFKA_BROKERS: front.brokers,
        LAKE_BUCKET: BUCKET,
        OFFSETS_FUNCTION: 'offsets',
        STORE_ENDPOINT: redis.endpoint,
      };
      const lake = { AWS_ENDPOINT_URL_S3: aws.endpoint, AWS_ENDPOINT_URL_GLUE: aws.endpoint };
      const store = { NODE_EXTRA_CA_CERTS: redis.certificate };
      const environments = {
        sink: lake,
        meter: store,
        read: store,
        recount: { ...lake, ...store, AWS_ENDPOINT_URL_LAMBDA: plane.endpoint },
        offsets: { NODE_EXTRA_CA_CERTS: front.certificate },
      };
      for (const [lambda, environment] of Object.entries(environments)) {
        const started = await startDeployed(synthesis, lambda, known, environment);
        functions[lambda as keyof typeof functions] = started;
        stopping.push(started);
      }
      stopping.push(plane, front);
    });
    afterAll(async () => {
      for (const one of stopping) await one.stop();
    });

    const purchase = (country: string, amount: number) =>
      JSON.stringify({ created_at: '2026-01-31T13:00:05Z', country, currency: 'EUR', amount });
    const values = [purchase('Italy', 70), 'no JSON', purchase('Germany', 40), purchase('Germany', 310)];
    const delivered = (from: number, to: number) =>
      mskEvent(
        STREAM,
        values.slice(from, to).map((value, index) => ({ value, offset: from + index })),
        KAFKA_PARTITION,
      );
    /** As a mapping does when its batch has succeeded. */
    const committed = async (next: number) => {
      const log = kafkaEventLog({ brokers: running().kafka.brokers, clientId: 'test', warn: () => {} });
      const [contract] = meteredStreams(contracts).filter(({ name }) => name === STREAM);
      if (contract === undefined) throw new Error(`expected live metrics of ${STREAM}, found none`);
      await log.moveGroup(STREAM, consumerGroup('weir-dev', 'meter', contract), new Map([[KAFKA_PARTITION, next]]));
      await log.close();
    };
    const figures = async () => {
      const answer = (await functions.read.call(httpEvent({ path: '/metrics/purchase_windows' }))) as HttpAnswer;
      // The first request on a connection that was lost meanwhile is answered so, with when to ask again.
      if (answer.statusCode === 503) return 'unavailable';
      const { data } = JSON.parse(answer.body) as { data: { group: object; values: object }[] };
      return data.map(({ group, values: found }) => ({ ...group, ...found }));
    };
    const all = [
      { country: 'Germany', count: 2, sum_amount: 350 },
      { country: 'Italy', count: 1, sum_amount: 70 },
    ];

    it('say how far the meter has read', async () => {
      expect(await functions.offsets.call({})).toContainEqual({
        stream: STREAM,
        committed: [null, null],
        ends: [0, 0],
      });
      await committed(3);
      expect(await functions.offsets.call({})).toContainEqual({ stream: STREAM, committed: [null, 3], ends: [0, 0] });
    });

    it('leave to the next run what the sink has not taken yet', async () => {
      expect(await functions.recount.call({})).toEqual({ recounted: 0, uncounted: 3 });
      expect(await figures()).toEqual([]);
    });

    it('count what is missing from the lake, each row once, though the meter counts beside it', async () => {
      await functions.sink.call(delivered(0, 3));
      await functions.meter.call(delivered(2, 4));
      await committed(4);
      // What the lake did not have is looked for again when it is asked for.
      expect(await functions.recount.call({ rebuild: [STREAM] })).toMatchObject({ uncounted: 1 });
      await functions.sink.call(delivered(3, 4));
      expect(await functions.recount.call({ rebuild: [STREAM] })).toMatchObject({ uncounted: 0 });
      expect(await figures()).toEqual(all);
      expect(await functions.recount.call({})).toEqual({ recounted: 0, uncounted: 0 });
      expect(functions.recount.lines().at(-1)).toMatchObject({ message: 'recounted', RecountedOffsets: 0 });
    });

    it('have everything again after the store was lost', async () => {
      await running().redis.command('flushall');
      expect(await figures()).toEqual([]);
      expect(await functions.recount.call({})).toEqual({ recounted: 4, uncounted: 0 });
      expect(await figures()).toEqual(all);
    });

    it('while the store is away fail with its name, and the lake continues without it', async () => {
      await running().redis.kill();
      await expect(functions.recount.call({})).rejects.toThrow(/live metrics at 127\.0\.0\.1:\d+: /);
      values.push(purchase('Spain', 5));
      await expect(functions.meter.call(delivered(4, 5))).rejects.toThrow(/live metrics at/);
      expect(await functions.sink.call(delivered(4, 5))).toMatchObject({ records: 1, rows: 1 });
      await running().redis.restart();
      await makeStoreUsers(running().redis, synthesis);
      await committed(5);
      expect(await functions.recount.call({})).toMatchObject({ uncounted: 0 });
      await expect.poll(figures, { timeout: 10_000 }).toEqual([...all, { country: 'Spain', count: 1, sum_amount: 5 }]);
    });
  });
});
