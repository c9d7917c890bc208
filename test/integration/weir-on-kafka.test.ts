import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kafkaServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, type WeirProcess, weir } from '../support/weir-process.ts';

/** Each is several processes of `weir`, one after the other. */
const WITHIN_MS = 180_000;
const QUICK = { WEIR_BATCH_WINDOW_SECONDS: '0.5', WEIR_RATE: '5' };

await describeWithServer(kafkaServer, (running) => {
  let folder: string;
  let remove: () => Promise<void>;
  let pipeline: WeirProcess | undefined;
  beforeAll(async () => {
    ({ path: folder, remove } = await temporaryFolder());
  });
  afterAll(async () => {
    pipeline?.kill('SIGKILL');
    await remove();
  });
  const options = (dir = folder) => ['--data-dir', dir, '--brokers', running().brokers.join(',')];
  const rows = async (dir: string, sql: string) => {
    const { stdout, stderr } = await weir(['query', '--json', '--data-dir', dir, sql]);
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };
  const row = async (sql: string) => (await rows(folder, sql))[0];

  it(
    'brings what is on Kafka into the lake, each record once, also after SIGKILL',
    async () => {
      pipeline = startWeir(['start', ...options()], QUICK);
      await pipeline.untilPrinted(/rows: .*shop\.purchases \d/);
      const produced = await weir(['produce', 'shop.purchases', '--count', '3000', '--seed', '7', ...options()]);
      expect(produced).toMatchObject({ code: 0, stdout: 'sent 3000 events to shop.purchases, refused 0\n' });
      pipeline.kill('SIGKILL');
      await pipeline.ended;

      const lines = join(folder, 'raw.ndjson');
      await writeFile(lines, 'nonsense\n{}\n');
      await weir(['produce', 'shop.purchases', '--raw', '--file', lines, ...options()]);
      const once = await weir(['start', '--no-generate', '--once', ...options()], QUICK);
      expect(once.code).toBe(0);
      expect(once.stdout).toMatch(/ 2 dead letters, lag 0 .*\nstopped\n$/);

      const of = 'count(*) as n, count(distinct (kafka_partition, kafka_offset)) as different';
      const inLake = await row(`select ${of} from (select kafka_partition, kafka_offset from lake.shop_purchases
      union all select kafka_partition, kafka_offset from lake.dead_letters where stream = 'shop.purchases')`);
      const ends = await row(`select sum(last) as n from (select max(kafka_offset) + 1 as last
      from (from lake.shop_purchases select kafka_partition, kafka_offset union all
        from lake.dead_letters select kafka_partition, kafka_offset) group by kafka_partition)`);
      expect(inLake.different).toBe(inLake.n);
      expect(inLake.n).toBe(ends.n);
      expect(Number(inLake.n)).toBeGreaterThan(3002);
    },
    WITHIN_MS,
  );

  it(
    'an existing topic with producers’ times gets ours in milliseconds; of others’ in seconds a note says what they are',
    async () => {
      const own = await temporaryFolder();
      const kafka = new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING });
      const [admin, sender] = [kafka.admin(), kafka.producer()];
      const topic = `created-${randomUUID()}`;
      await Promise.all([admin.connect(), sender.connect()]);
      const configEntries = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
      await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
      await admin.disconnect();
      const named = { ...QUICK, WEIR_TOPICS: `shop.product_views=${topic}` };
      const before = Date.now();
      const sent = await weir(['produce', 'shop.product_views', '--count', '3', ...options(own.path)], named);
      expect(sent).toMatchObject({ code: 0, stdout: 'sent 3 events to shop.product_views, refused 0\n' });
      const value = JSON.stringify({ productId: 'p', viewCount: 1, lastViewed: new Date(before).toISOString() });
      const seconds = String(Math.floor(before / 1000));
      await sender.send({
        topic,
        messages: [
          { value, timestamp: seconds },
          { value, timestamp: '-1' },
        ],
      });
      await sender.disconnect();

      const once = await weir(['start', '--once', ...options(own.path)], named);
      expect(once).toMatchObject({ code: 0, stderr: '' });
      expect(once.stdout).toContain(
        `note: topic ${topic}, kafka partition 0, offset 3: expected a Kafka timestamp in milliseconds, found ${seconds}, which would be seconds; `,
      );
      const [ours, others] = await rows(
        own.path,
        `select count(*) as n, min(epoch_ms(ingested_at)) >= ${before} as is_now
      from lake.shop_product_views group by kafka_offset < 3 order by n desc`,
      );
      expect([ours, others]).toEqual([
        { n: '3', is_now: true },
        { n: '2', is_now: false },
      ]);
      expect(await rows(own.path, `select count(*) as n from lake.dead_letters where topic = '${topic}'`)).toEqual([
        { n: '0' },
      ]);
      await own.remove();
    },
    WITHIN_MS,
  );

  it(
    'refines all of a topic of others that has more kafka partitions than its contract',
    async () => {
      const own = await temporaryFolder();
      const kafka = new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING });
      const [admin, sender] = [kafka.admin(), kafka.producer()];
      const topic = `searches-${randomUUID()}`;
      await Promise.all([admin.connect(), sender.connect()]);
      await admin.createTopics({ topics: [{ topic, numPartitions: 6 }] });
      await admin.disconnect();
      const value = JSON.stringify({
        user_id: topic,
        hotel_id: 'h',
        search_timestamp: Math.floor(Date.now() / 1000),
        hotel_advertisers: { a: [{ eurocents: 1 }], b: [{ eurocents: 2 }] },
      });
      await sender.send({ topic, messages: [0, 1, 2, 3, 4, 5].map((partition) => ({ partition, value })) });
      await sender.disconnect();
      const named = { ...QUICK, WEIR_TOPICS: `search.raw=${topic}`, WEIR_INCARNATIONS: 'search.raw=5' };
      expect(await weir(['start', '--once', ...options(own.path)], named)).toMatchObject({ code: 0, stderr: '' });
      const refined = await rows(
        own.path,
        `select kafka_partition as place, advertiser from lake.search_offers
      where user_id = '${topic}' order by kafka_partition, advertiser`,
      );
      expect(refined.map(({ place, advertiser }: Record<string, unknown>) => `${place} ${advertiser}`)).toEqual(
        [0, 1, 2, 3, 4, 5].flatMap((place) => [`${place} a`, `${place} b`]),
      );
      await own.remove();
    },
    WITHIN_MS,
  );

  it(
    'works off a topic of others that ends with transactions, committed and aborted, and leaves the topic as it is',
    async () => {
      const kafka = new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING });
      const [admin, sender] = [kafka.admin(), kafka.producer({ transactionalId: 'orders', maxInFlightRequests: 1 })];
      const topic = `orders-${randomUUID()}`;
      await Promise.all([admin.connect(), sender.connect()]);
      await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
      const transaction = await sender.transaction();
      await transaction.send({ topic, messages: [{ value: 'no purchase' }] });
      await transaction.commit();
      const aborted = await sender.transaction();
      await aborted.send({ topic, messages: [{ value: 'nothing at all' }] });
      await aborted.abort();
      await sender.disconnect();
      const named = { ...QUICK, WEIR_TOPICS: `shop.purchases=${topic}`, WEIR_INCARNATIONS: 'shop.purchases=1' };
      const starts = [1, 2].map(() => ['start', '--once', ...options()]);
      for (const args of starts) {
        const once = await weir(args, named);
        expect(once).toMatchObject({ code: 0, stderr: '' });
        expect(once.stdout).toMatch(/lag 0( .*)?\nstopped\n$/);
        expect(eventsIn(once.stdout)).toBe(rowsAndDeadLetters(once.stdout));
      }
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      expect(topics[0]?.partitions).toHaveLength(1);
      await admin.disconnect();
      const letters = await row(`select count(*) as n from lake.dead_letters where topic = '${topic}'`);
      expect(letters).toEqual({ n: '1' });

      const missing = await weir(['produce', 'shop.purchases', '--count', '1', ...options()], {
        WEIR_TOPICS: 'shop.purchases=not-there',
      });
      expect(missing.stderr).toMatch(/^weir produce: WEIR_TOPICS: shop\.purchases: no topic not-there on /);
    },
    WITHIN_MS,
  );
});

const lastNumber = (pattern: RegExp, text: string) =>
  Number([...text.matchAll(pattern)].at(-1)?.[1]?.replaceAll(',', ''));
const eventsIn = (text: string) => lastNumber(/([\d,]+) events in/g, text);
const rowsAndDeadLetters = (text: string) =>
  lastNumber(/([\d,]+) rows/g, text) + lastNumber(/([\d,]+) dead letters/g, text);
