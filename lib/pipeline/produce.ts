import { kafkaPartitionOf } from './kafka-partition.ts';
import type { EventLog, RecordToAppend } from './ports.ts';
import { type BatchLimits, recordBytes, recordQueue } from './record-queue.ts';

/** Sends records to one topic in batches, with one request in flight per kafka partition. */
export interface Producer {
  /**
   * Accepts a record, in the order of the calls, and resolves when there is room for another.
   * @throws ProduceError once an append has failed.
   */
  send(record: RecordToAppend): Promise<void>;
  /**
   * Resolves with the number of records sent so far, once all accepted records are durable.
   * @throws ProduceError once an append has failed.
   */
  flush(): Promise<number>;
  /** The number of records that are durable so far. */
  sent(): number;
}

/** An append failed. All requests in flight have settled, so the counts are final. */
export class ProduceError extends Error {
  override readonly name = 'ProduceError';
  /** Records that are certainly on the topic. */
  readonly sent: number;
  /** Records accepted and not acknowledged. Some of those in flight may still be on the topic. */
  readonly unacknowledged: number;

  constructor(topic: string, counts: { readonly sent: number; readonly unacknowledged: number }, cause: unknown) {
    const found = cause instanceof Error ? cause.message : String(cause);
    super(
      `cannot append to topic ${topic}: ${found} (${counts.sent} records were sent, ` +
        `${counts.unacknowledged} more were not acknowledged; a part of those may be on the topic)`,
      { cause },
    );
    this.sent = counts.sent;
    this.unacknowledged = counts.unacknowledged;
  }
}

/** The part of the log that sending needs. */
export type AppendableLog = Pick<EventLog, 'append' | 'kafkaPartitions'>;

export interface ProducerOptions {
  readonly log: AppendableLog;
  readonly topic: string;
  readonly limits?: BatchLimits;
  /** The maximum waiting or in flight before `send` applies backpressure. */
  readonly maxWaitingBytes?: number;
}

/** Keeps a request below the 1 MiB that a Kafka broker accepts by default, unless a single record is larger. */
const BATCH_LIMITS: BatchLimits = { maxRecords: 5000, maxBytes: 768 * 1024 };
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * Records with a key go to the kafka partition that every Kafka producer would choose, those without in turn. Records
 * that wait while a request is in flight form the next one: a slow log gets larger requests, a fast one gets them at
 * once.
 * @throws UnknownTopicError
 */
export async function producer(options: ProducerOptions): Promise<Producer> {
  const { log, topic, limits = BATCH_LIMITS, maxWaitingBytes = MAX_WAITING_BYTES } = options;
  const queues = Array.from({ length: await log.kafkaPartitions(topic) }, recordQueue);
  const draining = new Map<number, Promise<void>>();
  const counts = { taken: 0, sent: 0, waitingBytes: 0, keyless: 0 };
  const waiters: (() => void)[] = [];
  let failure: { readonly cause: unknown } | null = null;

  async function drain(kafkaPartition: number): Promise<void> {
    const queue = queues[kafkaPartition];
    while (queue !== undefined && !queue.isEmpty() && failure === null) {
      const { records, bytes } = queue.takeBatch(limits);
      try {
        await log.append(topic, kafkaPartition, records);
        counts.sent += records.length;
      } catch (cause) {
        failure ??= { cause };
      }
      counts.waitingBytes -= bytes;
      for (const wake of waiters.splice(0)) wake();
    }
    draining.delete(kafkaPartition);
  }

  async function throwFailure(): Promise<void> {
    if (failure === null) return;
    await Promise.all(draining.values());
    throw new ProduceError(topic, { sent: counts.sent, unacknowledged: counts.taken - counts.sent }, failure.cause);
  }

  return {
    send: async (record) => {
      if (failure !== null) await throwFailure();
      const kafkaPartition = kafkaPartitionOf(record.key, queues.length, counts.keyless);
      if (record.key === null) counts.keyless += 1;
      queues[kafkaPartition]?.add(record);
      counts.taken += 1;
      counts.waitingBytes += recordBytes(record);
      if (!draining.has(kafkaPartition)) draining.set(kafkaPartition, drain(kafkaPartition));
      while (counts.waitingBytes >= maxWaitingBytes && failure === null) {
        await new Promise<void>((wake) => {
          waiters.push(wake);
        });
      }
    },
    flush: async () => {
      await Promise.all(draining.values());
      await throwFailure();
      return counts.sent;
    },
    sent: () => counts.sent,
  };
}
