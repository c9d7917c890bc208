import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { LogReader } from '../../pipeline/ports.ts';
import { kafkaBuffer } from './kafka-buffer.ts';
import { groupMembership } from './kafka-membership.ts';
import { kafkaTrouble } from './kafka-trouble.ts';

/** How often a waiting batch looks whether a heartbeat is due, or the group has moved on. */
const LOOK_EVERY_MS = 250;
const CLOSE_WITHIN_MS = 2500;

export interface KafkaReaderOptions {
  readonly topic: string;
  readonly group: string;
  readonly brokers: readonly string[];
  /** Makes the consumer, which may restart itself as long as `isWanted`. */
  readonly consumer: (isWanted: () => boolean) => Consumer;
}

/** Joins the group; the first records come when it has settled. */
export async function openKafkaReader(options: KafkaReaderOptions): Promise<LogReader> {
  const { topic, group, brokers } = options;
  let isClosed = false;
  let isPolling = false;
  let failure: Error | undefined;
  let wake = () => {};
  let emptied = new AbortController();
  const buffer = kafkaBuffer(() => {
    emptied.abort();
    emptied = new AbortController();
  });
  const consumer = options.consumer(() => !isClosed);
  const membership = groupMembership(consumer, { topic, group, brokers });

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, isRunning, isStale, resolveOffset } = payload;
    const buffered = buffer.add(batch.partition, batch.messages, Number(batch.lastOffset()) + 1);
    wake();
    try {
      while (!buffered.isEmpty() && !isClosed && isRunning() && !isStale()) {
        await sleep(LOOK_EVERY_MS, undefined, { signal: emptied.signal }).catch(() => {});
        // Throws when the group has moved on.
        await heartbeat();
      }
    } finally {
      buffered.drop();
      const last = buffered.lastTaken();
      if (last !== undefined) resolveOffset(last);
    }
  }

  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
    // Only markers and records of transactions that were aborted: kafkajs keeps such a batch to itself.
    if (batchSize === 0) buffer.pass(partition, Number(lastOffset) + 1);
  });
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (restart || isClosed) return;
    failure = kafkaTrouble(`read ${topic} for group ${group}`, brokers, error);
    wake();
  });

  async function disconnect(): Promise<void> {
    // A broker that does not answer must not keep a process from ending.
    await Promise.race([consumer.disconnect().catch(() => {}), sleep(CLOSE_WITHIN_MS, undefined, { ref: false })]);
  }

  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 64,
      eachBatch,
    });
  } catch (error) {
    isClosed = true;
    await disconnect();
    throw kafkaTrouble(`open a reader of ${topic} for group ${group}`, brokers, error);
  }

  return {
    poll: async ({ waitMs, ...limits }) => {
      if (isClosed) throw new Error(`Kafka: the reader of ${topic} for group ${group} is closed`);
      if (isPolling) throw new Error(`Kafka: a poll of ${topic} for group ${group} is under way; await it first`);
      isPolling = true;
      try {
        const untilMs = performance.now() + waitMs;
        for (;;) {
          const woken = new AbortController();
          wake = () => woken.abort();
          const records = buffer.take(limits);
          if (records.length > 0 || isClosed) return records;
          if (failure !== undefined) throw failure;
          const leftMs = untilMs - performance.now();
          if (leftMs <= 0) return records;
          await sleep(leftMs, undefined, { signal: woken.signal }).catch(() => {});
        }
      } finally {
        isPolling = false;
      }
    },
    position: () => buffer.position(),
    commit: (next) => membership.commit(next),
    close: async () => {
      isClosed = true;
      wake();
      emptied.abort();
      membership.end();
      await disconnect();
    },
  };
}
