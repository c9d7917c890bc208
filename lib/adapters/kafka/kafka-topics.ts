import type { Admin, Kafka } from 'kafkajs';
import pLimit from 'p-limit';
import { topicConfig } from '../../derive/topic.ts';
import { type TopicSettings, UnknownTopicError } from '../../pipeline/ports.ts';
import { assertName } from '../log-names.ts';
import { isNotYetKnown, kafkaTrouble } from './kafka-trouble.ts';

/** Information from a cluster's admin interface, one array element per kafka partition. */
export interface KafkaTopics {
  clusterId(): Promise<string>;
  create(settings: TopicSettings): Promise<void>;
  names(): Promise<readonly string[]>;
  /** @throws UnknownTopicError */
  kafkaPartitions(topic: string): Promise<number>;
  /** @throws UnknownTopicError, as do all methods below */
  ends(topic: string): Promise<readonly { readonly start: number; readonly end: number }[]>;
  offsetsAt(topic: string, timestampMs: number): Promise<readonly number[]>;
  committed(topic: string, group: string): Promise<readonly (number | null)[]>;
  /** The number of members of a group, in all topics; 0 for an unknown group. */
  members(group: string): Promise<number>;
  close(): Promise<void>;
}

const ADMIN_RETRY = { initialRetryTime: 200, maxRetryTime: 2000, retries: 5 };
const GROWS_WITHIN_MS = 10_000;

interface Connection {
  readonly admin: Promise<Admin>;
  inFlight: number;
  isRetired: boolean;
}

interface OffsetOfPartition {
  readonly partition: number;
}

export function kafkaTopics(kafka: Kafka, brokers: readonly string[]): KafkaTopics {
  let current: Connection | undefined;
  const inTurn = pLimit(1);

  /** Sequential, because kafkajs confuses its metadata of several topics if requested concurrently. */
  const ask = <T>(attempt: string, question: (admin: Admin) => Promise<T>): Promise<T> =>
    inTurn(() => askNow(attempt, question));

  /** A connection opens on first use, and again after a failure, because kafkajs would keep its stale metadata. */
  async function askNow<T>(attempt: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    current ??= { admin: connect(), inFlight: 0, isRetired: false };
    const used = current;
    used.inFlight += 1;
    try {
      return await question(await used.admin);
    } catch (error) {
      if (error instanceof UnknownTopicError) throw error;
      await retire(used);
      throw kafkaTrouble(attempt, brokers, error);
    } finally {
      used.inFlight -= 1;
      if (used.isRetired && used.inFlight === 0) await disconnect(used);
    }
  }

  async function connect(): Promise<Admin> {
    const admin = kafka.admin({ retry: ADMIN_RETRY });
    await admin.connect();
    return admin;
  }

  /** Requests in progress may still use it; the next request opens another. */
  async function retire(connection: Connection | undefined): Promise<void> {
    if (connection === undefined) return;
    connection.isRetired = true;
    if (current === connection) current = undefined;
    if (connection.inFlight === 0) await disconnect(connection);
  }

  async function disconnect({ admin }: Connection): Promise<void> {
    await admin.then((open) => open.disconnect()).catch(() => {});
  }

  /** kafkajs spends seconds on a topic that does not exist, so its name is looked up first. */
  async function count(admin: Admin, topic: string): Promise<number> {
    assertName('topic', topic);
    const names = await admin.listTopics();
    if (!names.includes(topic)) {
      throw new UnknownTopicError(`Kafka at ${brokers.join(',')}: no topic ${topic}; create it first`);
    }
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
  }

  /** Ascending by kafka partition. Retried once on a new connection if the topic has grown without kafkajs noticing. */
  async function offsets<T extends OffsetOfPartition>(
    topic: string,
    attempt: string,
    question: (admin: Admin) => Promise<T[]>,
  ): Promise<T[]> {
    const both = async (admin: Admin) => [await count(admin, topic), await question(admin)] as const;
    // Checked first, because the request itself would wait long for a topic that does not exist.
    await ask(attempt, (admin) => count(admin, topic));
    let [expected, found] = await ask(attempt, both);
    if (found.length < expected) {
      await retire(current);
      [expected, found] = await ask(attempt, both);
    }
    return found.sort((left, right) => left.partition - right.partition);
  }

  async function grow(admin: Admin, topic: string, wanted: number): Promise<void> {
    await admin.createPartitions({ topicPartitions: [{ topic, count: wanted }] }).catch(async (error) => {
      // Another process has meanwhile created as many or more.
      if ((await count(admin, topic)) < wanted) throw error;
    });
    const deadline = Date.now() + GROWS_WITHIN_MS;
    while ((await count(admin, topic)) < wanted && Date.now() < deadline) await new Promise((r) => setTimeout(r, 100));
  }

  /** A broker that has just created a topic may not know it yet on the next request, and kafkajs would give up. */
  async function appear(admin: Admin, topic: string): Promise<void> {
    const deadline = Date.now() + GROWS_WITHIN_MS;
    while (!(await hasLeaders(admin, topic))) {
      if (Date.now() > deadline) {
        throw new Error(`expected it to appear, with leaders, within ${GROWS_WITHIN_MS / 1000} s; it did not`);
      }
      await new Promise((r) => setTimeout(r, 50));
    }
  }

  return {
    clusterId: () => ask('ask for the id of the cluster', async (admin) => (await admin.describeCluster()).clusterId),
    create: async (settings) => {
      const { topic, kafkaPartitions } = settings;
      assertName('topic', topic);
      const configEntries = Object.entries(topicConfig(settings)).map(([name, value]) => ({ name, value }));
      const attempt = `create the topic ${topic}`;
      await ask(attempt, async (admin) => {
        const exists = (await admin.listTopics()).includes(topic);
        const wanted = { topic, numPartitions: kafkaPartitions, configEntries };
        if (!exists) {
          await admin.createTopics({ topics: [wanted], waitForLeaders: false }).catch(throwFirst);
          await appear(admin, topic);
        }
        if (exists && (await count(admin, topic)) < kafkaPartitions) {
          await grow(admin, topic, kafkaPartitions);
          // Not reused for the new kafka partitions, which this connection would not know for minutes.
          await retire(current);
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
    members: (group) =>
      ask(`describe the group ${group}`, async (admin) => {
        const { groups } = await admin.describeGroups([group]);
        return groups[0]?.members.length ?? 0;
      }),
    close: () => retire(current),
  };
}

/** kafkajs aggregates the errors of several topics; here there is only one. */
function throwFirst(error: unknown): never {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) throw error.errors[0] ?? error;
  throw error;
}

async function hasLeaders(admin: Admin, topic: string): Promise<boolean> {
  if (!(await admin.listTopics()).includes(topic)) return false;
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const kafkaPartitions = topics.flatMap(({ partitions }) => partitions);
    return kafkaPartitions.length > 0 && kafkaPartitions.every(({ leader }) => leader >= 0);
  } catch (error) {
    if (isNotYetKnown(error)) return false;
    throw error;
  }
}
