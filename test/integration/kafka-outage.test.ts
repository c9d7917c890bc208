import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import type { EventLog, LogReader } from '../../lib/pipeline/ports.ts';
import { kafkaClusterServer, kafkaNodeServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const LIMITS = { maxRecords: 5000, maxBytes: 5_000_000, waitMs: 1000 };

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ key: null, value: Buffer.from(String(from + i)), headers: [] }));

const newTopic = async (log: EventLog, kafkaPartitions: number) => {
  const topic = `weir.outage-${randomUUID()}`;
  await log.createTopic({ topic, kafkaPartitions, timestampType: 'LogAppendTime', retentionMs: 3_600_000 });
  return topic;
};

/** The numbers that come until there are so many, by kafka partition, within a time. */
async function readNumbers(reader: LogReader, count: number, withinMs: number): Promise<Map<number, number[]>> {
  const numbers = new Map<number, number[]>();
  const deadline = Date.now() + withinMs;
  for (let found = 0; found < count && Date.now() < deadline; ) {
    for (const { kafkaPartition, value } of await reader.poll(LIMITS)) {
      numbers.set(kafkaPartition, [
        ...(numbers.get(kafkaPartition) ?? []),
        Number(Buffer.from(value ?? '').toString()),
      ]);
      found += 1;
    }
  }
  return numbers;
}

await describeWithServer(kafkaNodeServer, (running) => {
  const lines: string[] = [];
  let log: EventLog;
  beforeAll(() => {
    log = kafkaEventLog({ brokers: running().brokers, clientId: 'weir-test', warn: (line) => lines.push(line) });
  });
  afterAll(() => log.close());

  it('an append to a broker that is down reports it within a bounded time; a reader waits, and both recover by themselves', async () => {
    const topic = await newTopic(log, 1);
    await log.append(topic, 0, numbered(0, 10));
    const reader = await log.openReader(topic, 'patient');
    expect((await readNumbers(reader, 10, 20_000)).get(0)).toHaveLength(10);
    await reader.commit(new Map([[0, 10]]));
    await running().kill(0);

    const before = Date.now();
    await expect(log.append(topic, 0, numbered(100, 1))).rejects.toThrow(
      /^Kafka at 127\.0\.0\.1:\d+: cannot append 1 records to weir\.outage.*, kafka partition 0: .*is the broker running/,
    );
    expect(Date.now() - before).toBeLessThan(40_000);
    expect(await reader.poll({ ...LIMITS, waitMs: 100 })).toEqual([]);
    expect(lines.join('\n')).toMatch(/Kafka: 127\.0\.0\.1:\d+: .*ECONNREFUSED.*; trying again/);

    await running().restart(0);
    await log.append(topic, 0, numbered(10, 5));
    const after = (await readNumbers(reader, 5, 60_000)).get(0);
    // The append that failed may be there all the same; it never answered.
    expect(after?.filter((number) => number !== 100)).toEqual([10, 11, 12, 13, 14]);
    await reader.close();
  }, 150_000);

  it('a log and its reader close within three seconds though the broker is down', async () => {
    const topic = await newTopic(log, 1);
    const other = kafkaEventLog({ brokers: running().brokers, clientId: 'weir-test', warn: () => {} });
    const reader = await other.openReader(topic, 'closing');
    const polled = reader.poll({ ...LIMITS, waitMs: 60_000 });
    await running().kill(0);
    await sleep(500);
    const before = Date.now();
    await other.close();
    expect(await polled).toEqual([]);
    expect(Date.now() - before).toBeLessThan(3000);
    await running().restart(0);
  }, 60_000);
});

await describeWithServer(kafkaClusterServer, (running) => {
  it('a leader killed in mid-stream, and back again, loses and duplicates none of our records', async () => {
    const log = kafkaEventLog({ brokers: running().brokers, clientId: 'weir-test', warn: () => {} });
    const topic = await newTopic(log, 3);
    const perPartition = 6000;
    const step = 100;
    const produce = async (kafkaPartition: number) => {
      for (let from = 0; from < perPartition; from += step) {
        await log.append(topic, kafkaPartition, numbered(from, step));
        await sleep(50);
      }
    };
    const producing = Promise.all([0, 1, 2].map(produce));
    await sleep(800);
    await running().kill(1);
    await sleep(1200);
    await running().restart(1);
    await producing;

    const reader = await log.openReader(topic, 'all');
    const numbers = await readNumbers(reader, 3 * perPartition, 60_000);
    const expected = Array.from({ length: perPartition }, (_, number) => number);
    for (const kafkaPartition of [0, 1, 2]) expect(numbers.get(kafkaPartition)).toEqual(expected);
    expect(await log.endOffsets(topic)).toEqual([perPartition, perPartition, perPartition]);
    await log.close();
  }, 180_000);
});
