import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { topicSettings } from '../../lib/derive/topic.ts';
import type { LogRecord } from '../../lib/pipeline/ports.ts';
import type { BareLambda } from '../support/bare-lambda.ts';
import { startDeployed } from '../support/deployed-function.ts';
import { contracts } from '../support/fixture-project.ts';
import { type HttpAnswer, httpEvent } from '../support/http-event.ts';
import { mskEvent } from '../support/laptop-sink.ts';
import { kafkaNodeServer } from '../support/servers/kafka.ts';
import { installLambdaNode } from '../support/servers/lambda-node.ts';
import { startMskIamFront } from '../support/servers/msk-iam-front.ts';
import { tlsRedisServer } from '../support/servers/redis.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { makeStoreUsers } from '../support/store-users.ts';
import { type Synthesis, synthesise } from '../support/synthesis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = await temporaryFolder();
const synthesis: Synthesis = await synthesise(join(folder.path, 'out'), folder.path);
afterAll(() => folder.remove());

const ask = async (fn: BareLambda, request: Parameters<typeof httpEvent>[0]) =>
  (await fn.call(httpEvent(request))) as HttpAnswer;

const purchase = (country: string, amount: number) =>
  JSON.stringify({ created_at: '2026-01-31T13:00:05Z', country, currency: 'EUR', amount });

const redisForLambda = {
  ...tlsRedisServer,
  install: () => Promise.all([tlsRedisServer.install(), installLambdaNode()]),
};

await describeWithServer(redisForLambda, (redis) => {
  describe('the bundles of meter and read, on a Redis in cluster mode, by TLS and the users of the template', () => {
    let meter: BareLambda;
    let read: BareLambda;
    beforeAll(async () => {
      await makeStoreUsers(redis(), synthesis);
      const { endpoint, certificate } = redis();
      const started = (lambda: string) =>
        startDeployed(synthesis, lambda, { STORE_ENDPOINT: endpoint }, { NODE_EXTRA_CA_CERTS: certificate });
      [meter, read] = [await started('meter'), await started('read')];
    });
    afterAll(() => Promise.all([meter.stop(), read.stop()]));

    const COUNTED = '/metrics/purchases';
    const count = async () => JSON.parse((await ask(read, { path: COUNTED })).body).data;
    const counted = (purchases: number) => [{ group: {}, values: { count: purchases } }];
    const first = [purchase('Italy', 70), 'no JSON', purchase('Germany', 40)].map((value) => ({ value }));

    it('answer of an empty store nothing, and no error', async () => {
      expect(await ask(read, { path: '/' })).toMatchObject({ statusCode: 200, body: 'Welcome' });
      expect(await count()).toEqual([]);
    });

    it('count what a mapping delivers, and a redelivery not again', async () => {
      const event = mskEvent('shop.purchases', first, 1);
      expect(await meter.call(event)).toEqual({ records: 3, events: 2, steps: 1 });
      expect(await meter.call(event)).toEqual({ records: 0, events: 0, steps: 0 });
      expect(await count()).toEqual(counted(2));
      expect(meter.lines()).toMatchObject([
        {
          level: 'INFO',
          message: 'counted',
          stream: 'shop.purchases',
          CountedRecords: 3,
          CountedEvents: 2,
          MeterSteps: 1,
        },
        { message: 'counted', CountedRecords: 0 },
      ]);
    });

    it('answer at / and at /api/ alike, with a tag by which a client asks for news only', async () => {
      const answer = await ask(read, { path: '/metrics/purchase_windows' });
      expect(await ask(read, { path: '/api/metrics/purchase_windows' })).toEqual(answer);
      const { etag = '' } = answer.headers;
      const known = { path: '/metrics/purchase_windows', headers: { 'if-none-match': etag } };
      expect(await ask(read, known)).toMatchObject({ statusCode: 304, body: '' });
      const document = JSON.parse((await ask(read, { path: '/openapi.json' })).body);
      expect(document).toMatchObject({ openapi: '3.1.1', security: [{ iam: [] }] });
      const { examples } = document.paths['/events/shop.purchases'].post.requestBody.content['application/json'];
      expect(examples.one.value).toMatchObject({ country: expect.any(String), amount: expect.any(Number) });
      expect(await ask(read, { path: COUNTED, method: 'POST' })).toMatchObject({ statusCode: 405 });
    });

    it('are refused nothing by the store that they need, and everything else', async () => {
      expect(await redis().command('acl', 'log')).toBe('');
      const asReader = (...command: string[]) =>
        redis().command('--user', 'weir-dev-read', '--pass', 'any', '--no-auth-warning', ...command);
      expect(await asReader('set', 'weir:{a}:state', '1')).toMatch(/NOPERM/);
      expect(await asReader('eval', "return redis.call('SET', KEYS[1], '1')", '1', 'weir:{a}:state')).toMatch(
        /can't run this command/,
      );
      expect(await asReader('get', 'other')).toMatch(/NOPERM/);
      expect(await asReader('flushall')).toMatch(/NOPERM/);
    });

    it('say while the store is away when to ask again, and lose nothing', async () => {
      await redis().kill();
      const away = await ask(read, { path: COUNTED });
      expect(away).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
      expect(JSON.parse(away.body)).toMatchObject({ error: { code: 'unavailable' } });
      expect(await ask(read, { path: '/health' })).toMatchObject({ statusCode: 503 });
      const later = mskEvent('shop.purchases', [...first, { value: purchase('Italy', 5) }], 1);
      await expect(meter.call(later)).rejects.toThrow(/live metrics at 127\.0\.0\.1:\d+: /);
      await redis().restart();
      await makeStoreUsers(redis(), synthesis);
      // The mapping delivers the batch again until it succeeds; what was counted of it before is not counted again.
      expect(await meter.call(later)).toEqual({ records: 1, events: 1, steps: 1 });
      expect(await count()).toEqual(counted(3));
    });
  });
});

const kafkaForLambda = {
  ...kafkaNodeServer,
  install: () => Promise.all([kafkaNodeServer.install(), installLambdaNode()]),
};

await describeWithServer(kafkaForLambda, (kafka) => {
  describe('the bundle of ingest, by TLS and IAM', () => {
    let front: Awaited<ReturnType<typeof startMskIamFront>>;
    let ingest: BareLambda;
    const log = () => kafkaEventLog({ brokers: kafka().brokers, clientId: 'test', warn: () => {} });
    beforeAll(async () => {
      front = await startMskIamFront(kafka().brokers[0] ?? '');
      const creator = log();
      for (const contract of contracts) await creator.createTopic(topicSettings(contract));
      await creator.close();
      const trust = { NODE_EXTRA_CA_CERTS: front.certificate };
      ingest = await startDeployed(synthesis, 'ingest', { KAFKA_BROKERS: front.brokers }, trust);
    });
    afterAll(() => Promise.all([ingest.stop(), front.stop()]));

    const post = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
      ask(ingest, { method: 'POST', path, body, headers: { 'content-type': 'application/json', ...headers } });

    async function recordsOf(topic: string): Promise<readonly LogRecord[]> {
      const reading = log();
      const expected = (await reading.endOffsets(topic)).reduce((sum, end) => sum + end, 0);
      const reader = await reading.openReader(topic, `test-${randomUUID()}`);
      const records: LogRecord[] = [];
      while (records.length < expected) {
        records.push(...(await reader.poll({ maxRecords: 1_000, maxBytes: 1_000_000, waitMs: 1_000 })));
      }
      await reader.close();
      await reading.close();
      return records;
    }

    it('takes one event, a list and gzip, and says where each is', async () => {
      const one = await post('/events/shop.purchases', purchase('Italy', 70));
      expect(one.statusCode).toBe(202);
      expect(JSON.parse(one.body)).toMatchObject({ accepted: 1, events: [{ topic: 'shop.purchases', offset: 0 }] });
      const packed = gzipSync(`[${purchase('Italy', 1)},${purchase('Spain', 2)}]`);
      const list = await post('/api/events/shop.purchases', packed, { 'content-encoding': 'gzip' });
      expect(JSON.parse(list.body)).toMatchObject({ accepted: 2 });
      const amounts = (await recordsOf('shop.purchases')).map(({ value }) => JSON.parse(String(value)).amount);
      expect(amounts.sort((left, right) => left - right)).toEqual([1, 2, 70]);
    });

    it('refuses a bad event of several by its index, and takes the others', async () => {
      const mixed = await post('/events/shop.purchases', `[${purchase('Italy', 3)},${purchase('Italy', -3)}]`);
      expect(mixed.statusCode).toBe(400);
      expect(JSON.parse(mixed.body)).toMatchObject({ accepted: 1, refused: 1, retry: false });
      expect(ingest.lines()).toContainEqual(
        expect.objectContaining({ message: 'ingested', stream: 'shop.purchases', IngestedEvents: 1, RefusedEvents: 1 }),
      );
    });

    it('leaves a clear card number in no topic, answer or log', async () => {
      const card = '4929123456781234';
      const profile = JSON.stringify({ credit_card_number: card, event_timestamp: '2026-01-31T13:00:00Z' });
      const answer = await post('/events/people.profiles', profile);
      expect(answer.statusCode).toBe(202);
      const [record] = await recordsOf('people.profiles');
      expect(JSON.parse(String(record?.value)).credit_card_number).toBe('************1234');
      expect(JSON.stringify([answer, ingest.lines()])).not.toContain(card);
    });
  });
});
