import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaConfig } from 'kafkajs';
import Cluster, { type InternalBroker } from 'kafkajs/src/cluster/index.js';
import loggers from 'kafkajs/src/loggers/index.js';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import { UnknownTopicError } from '../../pipeline/ports.ts';
import { kafkaTrouble } from './kafka-trouble.ts';
import { METADATA_API, METADATA_VERSION, metadataRequest, UNKNOWN_TOPIC } from './metadata-request.ts';

/** Requests that kafkajs's own API does not offer, over kafkajs connections with its TLS, login and timeouts. */
export interface KafkaRequests {
  /** null if the brokers do not support topic ids. @throws UnknownTopicError */
  topicId(topic: string): Promise<string | null>;
  /** Commits for a group without members. kafkajs's own `setOffsets` takes five seconds for that. */
  commit(topic: string, group: string, next: ReadonlyMap<number, number>): Promise<void>;
  close(): Promise<void>;
}

/** The id returned by a cluster whose topics were created before it supported ids. */
const NO_ID = Buffer.alloc(16).toString('base64url');
const RETRY = { initialRetryTime: 200, maxRetryTime: 2000, retries: 5 };
/** Attempts for a topic that the broker does not know. */
const TRIES = 5;
/** The generation of a commit without a group member. */
const NO_GENERATION = -1;

export function kafkaRequests(config: KafkaConfig, brokers: readonly string[]): KafkaRequests {
  let current: Promise<Cluster> | undefined;

  /** Connected first: kafkajs does not know a broker's versions while it connects, and requests may arrive at once. */
  async function open(): Promise<Cluster> {
    const cluster = new Cluster({
      ...config,
      brokers,
      logger: loggers.createLogger({ level: config.logLevel, logCreator: config.logCreator }),
      socketFactory: config.socketFactory ?? socketFactory(),
      enforceRequestTimeout: true,
      retry: RETRY,
      metadataMaxAge: 60_000,
      allowAutoTopicCreation: false,
    });
    await cluster.brokerPool.findConnectedBroker();
    return cluster;
  }

  /** After a failure, the next request uses a new connection. */
  async function ask<T>(attempt: string, question: (cluster: Cluster) => Promise<T>): Promise<T> {
    current ??= open();
    const used = current;
    try {
      return await question(await used);
    } catch (error) {
      if (error instanceof UnknownTopicError) throw error;
      if (current === used) await close();
      throw kafkaTrouble(attempt, brokers, error);
    }
  }

  async function close(): Promise<void> {
    const closing = current;
    current = undefined;
    await closing?.then((cluster) => cluster.disconnect()).catch(() => undefined);
  }

  return {
    topicId: (topic) =>
      ask(`ask for the id of ${topic}`, async (cluster) => {
        const broker = await cluster.brokerPool.findConnectedBroker();
        if (!knowsTopicIds(broker)) return null;
        for (let tries = 1; ; tries += 1) {
          const { errorCode, topicId } = await broker.connectionPool.send(metadataRequest(topic));
          if (errorCode !== UNKNOWN_TOPIC) return topicId === NO_ID ? null : topicId;
          if (tries === TRIES) {
            throw new UnknownTopicError(`Kafka at ${brokers.join(',')}: no topic ${topic}; create it first`);
          }
          // Another broker may just have created it.
          await sleep(RETRY.initialRetryTime);
        }
      }),
    commit: (topic, group, next) =>
      ask(`commit ${topic} for group ${group}`, async (cluster) => {
        await cluster.addTargetTopic(topic);
        const coordinator = await cluster.findGroupCoordinator({ groupId: group });
        const partitions = [...next].map(([partition, offset]) => ({ partition, offset: String(offset) }));
        await coordinator.offsetCommit({
          groupId: group,
          groupGenerationId: NO_GENERATION,
          memberId: '',
          topics: [{ topic, partitions }],
        });
      }),
    close,
  };
}

function knowsTopicIds({ versions }: InternalBroker): boolean {
  return (versions[METADATA_API]?.maxVersion ?? 0) >= METADATA_VERSION;
}
