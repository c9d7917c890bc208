import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import type { LogReader } from '../../pipeline/ports.ts';
import { bell } from './bell.ts';
import { decompress, prepareCodecs } from './codecs.ts';
import { type Fetched, fetchedBy } from './fetch/install-fetch.ts';
import type { RecordBatch } from './fetch/record-batch.ts';
import { readRecords } from './fetch/record-reader.ts';
import { kafkaBuffer } from './kafka-buffer.ts';
import { groupMembership } from './kafka-membership.ts';
import { kafkaTrouble } from './kafka-trouble.ts';

/** How often a waiting batch checks whether a heartbeat is due, or the group has moved on. */
const LOOK_EVERY_MS = 250;
const CLOSE_WITHIN_MS = 2500;

export interface KafkaReaderOptions {
  readonly topic: string;
  readonly group: string;
  readonly brokers: readonly string[];
  /** Creates the consumer, which may restart itself as long as `isWanted`. */
  readonly consumer: (isWanted: () => boolean) => Consumer;
}

/** Joins the group; the first records arrive once the group is stable. */
export async function openKafkaReader(options: KafkaReaderOptions): Promise<LogReader> {
  const { topic, group, brokers } = options;
  let isClosed = false;
  let isPolling = false;
  let failure: Error | undefined;
  /** Rings when `poll` may find something. */
  const arrival = bell();
  /** Rings when a kafka partition's records are used up. */
  const emptied = bell();
  const readBatch = (batch: RecordBatch, place: { kafkaPartition: number; fromOffset: number }) => {
    try {
      return readRecords(batch, decompress(batch.codec, batch.records), place);
    } catch (error) {
      const offsets = `offsets ${batch.baseOffset} to ${batch.lastOffset}`;
      throw kafkaTrouble(`read ${topic}, kafka partition ${place.kafkaPartition}, ${offsets}`, brokers, error);
    }
  };
  const buffer = kafkaBuffer(readBatch, emptied.ring);
  const consumer = options.consumer(() => !isClosed);
  const membership = groupMembership(consumer, { topic, group, brokers });

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, isRunning, isStale, resolveOffset } = payload;
    const buffered = buffer.add(batch.partition, await fetchedOrFail(batch));
    arrival.ring();
    try {
      while (!buffered.isEmpty() && !isClosed && isRunning() && !isStale()) {
        await emptied.heard(LOOK_EVERY_MS);
        // Throws if the group has moved on.
        await heartbeat();
      }
    } finally {
      buffered.drop();
      const next = buffered.next();
      if (next !== undefined) resolveOffset(String(next - 1));
    }
  }

  /** kafkajs retries such an error forever; here, the reader reports it. */
  async function fetchedOrFail(batch: Batch): Promise<Fetched> {
    try {
      const fetched = fetchedBy(batch);
      await prepareCodecs(fetched.batches.flatMap((one) => one.batch?.codec ?? []));
      return fetched;
    } catch (error) {
      failure = kafkaTrouble(`read ${topic} for group ${group}`, brokers, error);
      arrival.ring();
      throw error;
    }
  }

  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (restart || isClosed) return;
    failure = kafkaTrouble(`read ${topic} for group ${group}`, brokers, error);
    arrival.ring();
  });

  async function disconnect(): Promise<void> {
    // A broker that does not respond must not prevent a process from ending.
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
          const records = buffer.take(limits);
          if (records.length > 0 || isClosed) return records;
          if (failure !== undefined) throw failure;
          const leftMs = untilMs - performance.now();
          if (leftMs <= 0) return records;
          await arrival.heard(leftMs);
        }
      } finally {
        isPolling = false;
      }
    },
    position: () => buffer.position(),
    commit: (next) => membership.commit(next),
    close: async () => {
      isClosed = true;
      arrival.ring();
      emptied.ring();
      membership.end();
      await disconnect();
    },
  };
}
