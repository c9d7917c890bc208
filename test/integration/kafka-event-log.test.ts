import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';
import { eventLogSuite } from '../conformance/event-log.suite.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

await describeWithServer(kafkaServer, (running) => {
  let log: EventLog;
  const open = (more: { readonly maxFetchBytes?: number } = {}) =>
    kafkaEventLog({ brokers: running().brokers, clientId: 'weir-test', warn: console.warn, ...more });
  beforeAll(() => {
    log = open();
  });
  afterAll(() => log.close());

  it('every kafka partition of a backlog is read, however little a fetch brings', async () => {
    const topic = `weir.backlog-${randomUUID()}`;
    const kafkaPartitions = 6;
    await log.createTopic({ topic, kafkaPartitions, timestampType: 'LogAppendTime', retentionMs: 3_600_000 });
    const record = { key: null, value: Buffer.alloc(1000, 'x'), headers: [] };
    for (let append = 0; append < 30; append += 1) {
      await Promise.all(Array.from({ length: kafkaPartitions }, (_, number) => log.append(topic, number, [record])));
    }
    const narrow = open({ maxFetchBytes: 8000 });
    const reader = await narrow.openReader(topic, 'narrow');
    const taken = new Map<number, number>();
    while (taken.size < kafkaPartitions) {
      const records = await reader.poll({ maxRecords: 100, maxBytes: 1_000_000, waitMs: 10_000 });
      expect(records.length).toBeGreaterThan(0);
      for (const { kafkaPartition } of records) taken.set(kafkaPartition, (taken.get(kafkaPartition) ?? 0) + 1);
    }
    // None is read to its end before the last one has begun.
    expect(Math.max(...taken.values())).toBeLessThan(30);
    await narrow.close();
  });

  eventLogSuite({
    log: () => log,
    deleteTopic: async (topic) => {
      const admin = new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [topic] });
      await admin.disconnect();
    },
    reopen: async () => {
      await log.close();
      log = open();
    },
  });
});
