import { logLevel } from 'kafkajs';
import { kafkaClient } from './kafka-client.ts';
import type { KafkaSecurity } from './kafka-security.ts';
import { kafkaTrouble } from './kafka-trouble.ts';

const WITHIN_MS = 5000;

/**
 * Connects to one broker, logs in, and requests its cluster's metadata, once.
 * @returns the number of brokers in the cluster.
 * @throws an error that says what to do.
 */
export async function probeBroker(broker: string, security: KafkaSecurity): Promise<number> {
  const kafka = kafkaClient({
    clientId: 'weir-doctor',
    brokers: [broker],
    ...security,
    connectionTimeout: WITHIN_MS,
    requestTimeout: WITHIN_MS,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } catch (error) {
    throw kafkaTrouble('log in', [broker], error);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
