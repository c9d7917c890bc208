import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll } from 'vitest';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';
import { eventLogSuite } from '../conformance/event-log.suite.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

await describeWithServer(kafkaServer, (running) => {
  let log: EventLog;
  const open = () => kafkaEventLog({ brokers: running().brokers, clientId: 'weir-test', warn: console.warn });
  beforeAll(() => {
    log = open();
  });
  afterAll(() => log.close());
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
