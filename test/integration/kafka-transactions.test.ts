import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';
import { random } from '../support/random.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { installPythonClients, librdkafka, type ReadRecord, type Step } from '../support/servers/librdkafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const server = {
  ...kafkaServer,
  install: () => Promise.all([kafkaServer.install(), installPythonClients()]),
};

await describeWithServer(server, (running) => {
  const brokers = () => running().brokers;
  /** Each fetch brings a batch or two: most of them begin inside of a transaction. */
  const open = (maxFetchBytes?: number) =>
    kafkaEventLog({
      brokers: brokers(),
      clientId: 'weir-test',
      warn: console.warn,
      ...(maxFetchBytes && { maxFetchBytes }),
    });
  let log: EventLog;
  beforeAll(() => {
    log = open();
  });
  afterAll(() => log.close());

  async function newTopic(kafkaPartitions = 1): Promise<string> {
    const topic = `weir.transactions-${randomUUID()}`;
    await log.createTopic({ topic, kafkaPartitions, timestampType: 'LogAppendTime', retentionMs: 3_600_000 });
    return topic;
  }

  const settings = () => ({ 'bootstrap.servers': brokers().join(',') });
  const producer = (name: string, more: Readonly<Record<string, string | number | boolean>> = {}): Step => [
    'producer',
    name,
    { ...settings(), ...more },
  ];
  const transactional = (name: string): Step =>
    producer(name, { 'transactional.id': `${name}-${randomUUID()}`, 'transaction.timeout.ms': 600_000 });

  /** What a reader of ours sees before what are the ends for it. */
  async function readByWeir(topic: string, maxFetchBytes?: number): Promise<ReadRecord[]> {
    const own = open(maxFetchBytes);
    try {
      const ends = await own.endOffsets(topic);
      const reader = await own.openReader(topic, `group-${randomUUID()}`);
      const found: ReadRecord[] = [];
      const isAtEnd = () => ends.every((end, index) => (reader.position().get(index) ?? 0) >= end);
      for (let rounds = 0; !isAtEnd() && rounds < 600; rounds += 1) {
        for (const { kafkaPartition, offset, value } of await reader.poll({
          maxRecords: 7,
          maxBytes: 1_000_000,
          waitMs: 100,
        })) {
          found.push([kafkaPartition, offset, Buffer.from(value ?? '').toString()]);
        }
      }
      expect(isAtEnd()).toBe(true);
      return found.sort(([one, first], [other, second]) => one - other || first - second);
    } finally {
      await own.close();
    }
  }

  describe('records of transactions', () => {
    it('are in the lake only where they were committed: two that interleave, and both abort, leave nothing', async () => {
      const topic = await newTopic();
      const purchase = (country: string) =>
        JSON.stringify({ created_at: '2026-01-31T12:00:00Z', country, currency: 'EUR', amount: 5 });
      const send = (name: string, country: string): Step[] => [
        ['send', name, topic, 0, purchase(country)],
        ['flush', name],
      ];
      const [expected = []] = await librdkafka([
        ...[transactional('a'), transactional('b'), producer('plain')],
        ...['plain', 'a', 'b', 'plain', 'a', 'b', 'a', 'plain'].flatMap((name) => send(name, `${name}-1`)),
        ['abort', 'b'],
        ...['a', 'plain'].flatMap((name) => send(name, `${name}-2`)),
        ['abort', 'a'],
        ...['plain', 'a', 'b'].flatMap((name) => send(name, `${name}-3`)),
        ['commit', 'b'],
        ['commit', 'a'],
        ...send('plain', 'plain-4'),
        ...send('plain', 'plain-5'),
        ['read', settings(), topic],
      ]);
      expect(expected).toHaveLength(9);
      const { path, remove } = await temporaryFolder();
      try {
        const options = ['--data-dir', path, '--brokers', brokers().join(',')];
        const environment = { WEIR_TOPICS: `shop.purchases=${topic}`, WEIR_BATCH_WINDOW_SECONDS: '0.2' };
        const once = await weir(['start', '--once', ...options], environment);
        expect(once).toMatchObject({ code: 0, stderr: '' });
        const sql = 'select kafka_offset, country from lake.shop_purchases order by kafka_offset';
        const { stdout } = await weir(['query', '--json', '--data-dir', path, sql]);
        const inLake = JSON.parse(stdout).map((row: { kafka_offset: string; country: string }) => [
          Number(row.kafka_offset),
          row.country,
        ]);
        expect(inLake).toEqual(expected.map(([, offset, value]) => [offset, JSON.parse(value).country]));
      } finally {
        await remove();
      }
    }, 120_000);

    it.each([1, 2, 3])(
      'are what librdkafka shows of them, whatever producers do and wherever fetches begin (seed %i)',
      async (seed) => {
        const { pick, chance, below } = random(seed);
        const topic = await newTopic(2);
        const producers = ['t1', 't2', 't3', 'idempotent', 'plain'];
        const steps: Step[] = [
          ...[transactional('t1'), transactional('t2'), transactional('t3')],
          ...[producer('idempotent', { 'enable.idempotence': true }), producer('plain', { acks: '1' })],
        ];
        const begun = new Set<string>();
        for (let step = 0; step < 150; step += 1) {
          const name = pick(producers);
          if (begun.has(name) && chance(0.3)) {
            steps.push([pick(['commit', 'abort', 'abort'] as const), name]);
            begun.delete(name);
          } else {
            if (name.startsWith('t')) begun.add(name);
            for (let count = 1 + below(3); count > 0; count -= 1) {
              steps.push(['send', name, topic, below(2), `${name} ${step} ${'x'.repeat(below(300))}`]);
            }
            steps.push(['flush', name]);
          }
        }
        // One hangs: what comes behind its first record is for nobody yet.
        steps.push(['send', 't1', topic, 0, 'hangs'], ['flush', 't1'], ['send', 'plain', topic, 0, 'behind']);
        steps.push(['flush', 'plain'], ['read', settings(), topic]);
        const [expected = []] = await librdkafka(steps);
        expect(expected.length).toBeGreaterThan(20);
        for (const maxFetchBytes of [1, 700, undefined]) {
          expect(await readByWeir(topic, maxFetchBytes), `${maxFetchBytes}`).toEqual(expected);
        }
      },
      180_000,
    );
  });
});
