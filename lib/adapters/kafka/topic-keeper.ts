import { type Admin, ConfigResourceTypes, KafkaJSAggregateError, logLevel } from 'kafkajs';
import { type TopicSettings, topicConfig } from '../../derive/topic.ts';
import { TopicRefusedError } from '../../pipeline/ports.ts';
import { kafkaClient } from './kafka-client.ts';
import { kafkaLogCreator } from './kafka-log-creator.ts';
import type { KafkaSecurity } from './kafka-security.ts';
import { kafkaTrouble } from './kafka-trouble.ts';

interface TopicKeeperOptions extends KafkaSecurity {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly warn: (line: string) => void;
}

/** A topic's own configuration, as opposed to the cluster's defaults. */
const SET_FOR_TOPIC = 1;

/**
 * Creates and updates topics as a deployment declares them: existing topics gain missing kafka partitions and the
 * declared configuration; other settings stay. Idempotent.
 * @throws TopicRefusedError if a topic has more kafka partitions than declared: Kafka never removes one.
 */
export function topicKeeper({ brokers, clientId, warn, ssl, sasl }: TopicKeeperOptions) {
  const kafka = kafkaClient({
    clientId,
    brokers: [...brokers],
    ssl,
    sasl,
    connectionTimeout: 5000,
    requestTimeout: 20_000,
    logLevel: logLevel.WARN,
    logCreator: kafkaLogCreator(warn),
  });
  return {
    async keep(settings: TopicSettings): Promise<void> {
      const admin = kafka.admin();
      try {
        await admin.connect();
        const exists = (await admin.listTopics()).includes(settings.topic);
        if (exists) await change(admin, settings);
        else await create(admin, settings);
      } catch (error) {
        if (error instanceof TopicRefusedError) throw error;
        throw kafkaTrouble(`keep the topic ${settings.topic}`, brokers, error);
      } finally {
        await admin.disconnect();
      }
    },
  };
}

async function create(admin: Admin, settings: TopicSettings): Promise<void> {
  const configEntries = Object.entries(topicConfig(settings)).map(([name, value]) => ({ name, value }));
  const { topic, kafkaPartitions: numPartitions } = settings;
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }] });
  } catch (error) {
    const [first] = error instanceof KafkaJSAggregateError ? error.errors : [error];
    throw first;
  }
}

async function change(admin: Admin, settings: TopicSettings): Promise<void> {
  const { topic, kafkaPartitions: wanted } = settings;
  const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
  const found = metadata.topics[0]?.partitions.length ?? 0;
  if (found > wanted) {
    throw new TopicRefusedError(
      `topic ${topic}: expected ${wanted} kafka partitions or fewer, found ${found}; declare ${found} in the contract`,
    );
  }
  if (found < wanted) await admin.createPartitions({ topicPartitions: [{ topic, count: wanted }] });
  await configure(admin, topic, topicConfig(settings));
}

/** Kafka replaces a topic's whole configuration at once, so settings made elsewhere are sent again. */
async function configure(admin: Admin, topic: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
  const entries = resources[0]?.configEntries ?? [];
  const set = entries.filter((entry) => Number(entry.configSource) === SET_FOR_TOPIC && !entry.readOnly);
  const before = Object.fromEntries(set.map(({ configName, configValue }) => [configName, configValue]));
  const isKept = Object.entries(wanted).every(([name, value]) => before[name] === value);
  if (isKept) return;
  const configEntries = Object.entries({ ...before, ...wanted }).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
}
