import { type KafkaConfig, logLevel } from 'kafkajs';
import type { EventLog, LogReader } from '../../pipeline/ports.ts';
import { assertName } from '../log-names.ts';
import type { Compression } from './codecs.ts';
import { installFetch } from './fetch/install-fetch.ts';
import { kafkaAppender } from './kafka-appender.ts';
import { kafkaClient } from './kafka-client.ts';
import { kafkaLogCreator } from './kafka-log-creator.ts';
import { openKafkaReader } from './kafka-reader.ts';
import { kafkaRequests } from './kafka-requests.ts';
import type { KafkaSecurity } from './kafka-security.ts';
import { kafkaTopics } from './kafka-topics.ts';

export interface KafkaEventLogOptions {
  /** `host:port` of some of the cluster's brokers. */
  readonly brokers: readonly string[];
  /** This program's name in the brokers' logs. */
  readonly clientId: string;
  /** After this long without a heartbeat, a reader's kafka partitions move to the other members of its group. */
  readonly sessionTimeoutMs?: number;
  /** Called with one-line warnings, such as an unreachable broker. */
  readonly warn: (line: string) => void;
  /** Maximum bytes that a reader fetches at a time; a larger batch is fetched alone. */
  readonly maxFetchBytes?: number;
  /** Compression of appended records; reading supports all. By default, none. */
  readonly compression?: Compression;
  /** By default, unencrypted and without login. */
  readonly security?: KafkaSecurity;
}

/** The minimum that a broker allows by default: a killed process is replaced after this time. */
const SESSION_TIMEOUT_MS = 6000;
const MAX_FETCH_BYTES = 8 * 1024 * 1024;
const MAX_FETCH_BYTES_PER_PARTITION = 1024 * 1024;
const READ_RETRY = { initialRetryTime: 200, maxRetryTime: 2000, retries: 5 };

/**
 * Any Kafka cluster. Appends are idempotent and wait for all in-sync replicas. An existing topic keeps its settings.
 * `append` throws if the cluster does not accept the records within about ten seconds; a reader waits as long as it
 * takes, and resumes without intervention.
 */
export function kafkaEventLog(options: KafkaEventLogOptions): EventLog {
  const { clientId, sessionTimeoutMs = SESSION_TIMEOUT_MS, maxFetchBytes = MAX_FETCH_BYTES } = options;
  const brokers = [...options.brokers];
  const config: KafkaConfig = {
    clientId,
    brokers,
    ...options.security,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    logLevel: logLevel.WARN,
    logCreator: kafkaLogCreator(options.warn),
  };
  installFetch();
  const kafka = kafkaClient(config);
  const topics = kafkaTopics(kafka, brokers);
  const requests = kafkaRequests(config, brokers);
  const appender = kafkaAppender({ kafka, brokers, compression: options.compression ?? 'none', assertKafkaPartition });
  const readers = new Set<LogReader>();
  /** Kafka partitions of the topics that have been appended to; the counts only ever grow. */
  const counts = new Map<string, number>();

  /**
   * A broker fills its response in the order of the request, which kafkajs never changes: all kafka partitions must
   * fit, or the last ones would wait until the first are exhausted.
   */
  const groupConsumer = (group: string, kafkaPartitions: number, isWanted: () => boolean) =>
    kafka.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(1000, sessionTimeoutMs / 3),
      // An empty fetch returns after this time, which closing waits for.
      maxWaitTimeInMs: 500,
      maxBytes: maxFetchBytes,
      maxBytesPerPartition: Math.min(Math.ceil(maxFetchBytes / kafkaPartitions), MAX_FETCH_BYTES_PER_PARTITION),
      metadataMaxAge: 60_000,
      allowAutoTopicCreation: false,
      retry: { ...READ_RETRY, restartOnFailure: async () => isWanted() },
    });

  async function assertKafkaPartition(topic: string, kafkaPartition: number): Promise<void> {
    if (kafkaPartition >= 0 && kafkaPartition < (counts.get(topic) ?? 0)) return;
    const count = await topics.kafkaPartitions(topic);
    counts.set(topic, count);
    if (Number.isInteger(kafkaPartition) && kafkaPartition >= 0 && kafkaPartition < count) return;
    const expected = `expected a kafka partition from 0 to ${count - 1}, found ${kafkaPartition}`;
    throw new Error(`Kafka at ${brokers.join(',')}: cannot append to topic ${topic}: ${expected}`);
  }

  return {
    identity: topics.clusterId,
    topicId: async (topic) => {
      assertName('topic', topic);
      return requests.topicId(topic);
    },
    createTopic: topics.create,
    topics: topics.names,
    kafkaPartitions: topics.kafkaPartitions,
    append: async (topic, kafkaPartition, records) => {
      if (records.length > 0) return { firstOffset: await appender.append(topic, kafkaPartition, records) };
      await assertKafkaPartition(topic, kafkaPartition);
      const ends = await topics.ends(topic);
      return { firstOffset: ends[kafkaPartition]?.end ?? 0 };
    },
    openReader: async (topic, group) => {
      assertName('group', group);
      // Fails immediately if the topic does not exist; kafkajs would search for it for a long time.
      const kafkaPartitions = await topics.kafkaPartitions(topic);
      const consumer = (isWanted: () => boolean) => groupConsumer(group, kafkaPartitions, isWanted);
      const reader = await openKafkaReader({ topic, group, brokers, consumer });
      readers.add(reader);
      const close = async () => {
        readers.delete(reader);
        await reader.close();
      };
      return { ...reader, close };
    },
    startOffsets: async (topic) => (await topics.ends(topic)).map(({ start }) => start),
    endOffsets: async (topic) => (await topics.ends(topic)).map(({ end }) => end),
    offsetsAt: topics.offsetsAt,
    committedOffsets: topics.committed,
    moveGroup: async (topic, group, next) => {
      assertName('group', group);
      await topics.kafkaPartitions(topic);
      const members = await topics.members(group);
      if (members > 0) {
        const reason = `it has ${members} readers; stop them first`;
        throw new Error(`Kafka at ${brokers.join(',')}: cannot move group ${group} in ${topic}: ${reason}`);
      }
      await requests.commit(topic, group, next);
    },
    readers: async (topic, group) => {
      assertName('group', group);
      await topics.kafkaPartitions(topic);
      return topics.members(group);
    },
    close: async () => {
      await Promise.all([...readers].map((reader) => reader.close()));
      await Promise.all([appender.close(), topics.close(), requests.close()]);
    },
  };
}
