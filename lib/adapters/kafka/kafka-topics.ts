import { type Admin, type Kafka, KafkaJSAggregateError } from 'kafkajs';
import { type TopicSettings, UnknownTopicError } from '../../pipeline/ports.ts';
import { assertName } from '../log-names.ts';
import { kafkaTrouble } from './kafka-trouble.ts';

/** What the administration interface of a cluster tells, one array element per kafka partition. */
export interface KafkaTopics {
  create(settings: TopicSettings): Promise<void>;
  names(): Promise<readonly string[]>;
  /** @throws UnknownTopicError */
  kafkaPartitions(topic: string): Promise<number>;
  /** @throws UnknownTopicError, as for all below. */
  ends(topic: string): Promise<readonly { readonly start: number; readonly end: number }[]>;
  offsetsAt(topic: string, timestampMs: number): Promise<readonly number[]>;
  committed(topic: string, group: string): Promise<readonly (number | null)[]>;
  close(): Promise<void>;
}

const ADMIN_RETRY = { initialRetryTime: 200, maxRetryTime: 2000, retries: 5 };
const GROWS_WITHIN_MS = 10_000;

interface OffsetOfPartition {
  readonly partition: number;
}

export function kafkaTopics(kafka: Kafka, brokers: readonly string[]): KafkaTopics {
  let connected: Promise<Admin> | undefined;

  /** A connection opens at its first use, and after a failure anew: kafkajs would keep what it knew of the cluster. */
  async function ask<T>(attempt: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    connected ??= connect();
    try {
      return await question(await connected);
    } catch (error) {
      await forget();
      throw error instanceof UnknownTopicError ? error : kafkaTrouble(attempt, brokers, error);
    }
  }

  async function connect(): Promise<Admin> {
    const admin = kafka.admin({ retry: ADMIN_RETRY });
    await admin.connect();
    return admin;
  }

  async function forget(): Promise<void> {
    const admin = connected;
    connected = undefined;
    await admin?.then((open) => open.disconnect()).catch(() => {});
  }

  /** kafkajs asks for seconds about a topic that is not there, so its name is looked for first. */
  async function count(admin: Admin, topic: string): Promise<number> {
    assertName('topic', topic);
    const names = await admin.listTopics();
    if (!names.includes(topic)) {
      throw new UnknownTopicError(`Kafka at ${brokers.join(',')}: no topic ${topic}; create it first`);
    }
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
  }

  /** Ascending by kafka partition. Once more on a new connection when the topic has grown behind kafkajs's back. */
  async function offsets<T extends OffsetOfPartition>(
    topic: string,
    attempt: string,
    question: (admin: Admin) => Promise<T[]>,
  ): Promise<T[]> {
    const both = (admin: Admin) => Promise.all([count(admin, topic), question(admin)]);
    // First on its own: the question itself would wait long for a topic that is not there.
    await ask(attempt, (admin) => count(admin, topic));
    let [expected, found] = await ask(attempt, both);
    if (found.length < expected) {
      await forget();
      [expected, found] = await ask(attempt, both);
    }
    return found.sort((left, right) => left.partition - right.partition);
  }

  async function grow(admin: Admin, topic: string, wanted: number): Promise<void> {
    await admin.createPartitions({ topicPartitions: [{ topic, count: wanted }] }).catch(async (error) => {
      // Another process has made as many or more meanwhile.
      if ((await count(admin, topic)) < wanted) throw error;
    });
    const deadline = Date.now() + GROWS_WITHIN_MS;
    while ((await count(admin, topic)) < wanted && Date.now() < deadline) await new Promise((r) => setTimeout(r, 100));
  }

  return {
    create: async ({ topic, kafkaPartitions, timestampType, retentionMs }) => {
      assertName('topic', topic);
      const configEntries = [
        { name: 'message.timestamp.type', value: timestampType },
        { name: 'retention.ms', value: String(retentionMs) },
      ];
      const attempt = `create the topic ${topic}`;
      await ask(attempt, async (admin) => {
        const exists = (await admin.listTopics()).includes(topic);
        const wanted = { topic, numPartitions: kafkaPartitions, configEntries };
        if (!exists) await admin.createTopics({ topics: [wanted] }).catch(throwFirst);
        if (exists && (await count(admin, topic)) < kafkaPartitions) {
          await grow(admin, topic, kafkaPartitions);
          await forget();
        }
      });
    },
    names: () => ask('list the topics', async (admin) => (await admin.listTopics()).sort()),
    kafkaPartitions: (topic) => ask(`describe the topic ${topic}`, (admin) => count(admin, topic)),
    ends: async (topic) => {
      const found = await offsets(topic, `ask for the ends of ${topic}`, (admin) => admin.fetchTopicOffsets(topic));
      return found.map(({ low, high }) => ({ start: Number(low), end: Number(high) }));
    },
    offsetsAt: async (topic, timestampMs) => {
      const found = await offsets(topic, `ask for the offsets of ${topic} by time`, (admin) =>
        admin.fetchTopicOffsetsByTimestamp(topic, timestampMs),
      );
      return found.map(({ offset }) => Number(offset));
    },
    committed: async (topic, group) => {
      assertName('group', group);
      const found = await offsets(topic, `ask what ${group} has committed of ${topic}`, async (admin) => {
        const [answer] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        return answer?.partitions ?? [];
      });
      return found.map(({ offset }) => (Number(offset) < 0 ? null : Number(offset)));
    },
    close: forget,
  };
}

/** kafkajs gathers the errors of several topics; there is one. */
function throwFirst(error: unknown): never {
  if (error instanceof KafkaJSAggregateError) {
    const [first] = error.errors;
    if (first !== undefined) throw first;
  }
  throw error;
}
