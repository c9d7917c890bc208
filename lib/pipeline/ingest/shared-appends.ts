import { type RecordToAppend, RecordTooLargeError } from '../ports.ts';
import type { AppendableLog } from '../produce.ts';
import { type BatchLimits, recordBytes } from '../record-queue.ts';

/** The record's offset, or why it was not acknowledged. */
export type AppendOutcome = number | Error;

/** Appends to one topic for many callers at once: records of different callers share a request to the log. */
export interface SharedAppends {
  /**
   * Appends in the order of the calls within a kafka partition. `settle` is called once: when the record is durable, or
   * will not be acknowledged. After a `RecordTooLargeError` the record is not on the topic; after any other error it
   * may be.
   */
  append(kafkaPartition: number, record: RecordToAppend, settle: (outcome: AppendOutcome) => void): void;
  /** The bytes of the records that are not settled. */
  waitingBytes(): number;
}

interface Waiting {
  readonly record: RecordToAppend;
  readonly settle: (outcome: AppendOutcome) => void;
}

/** The limits of one request. A request that Kafka refuses because a record is too large has appended nothing. */
const LIMITS: BatchLimits = { maxRecords: 2000, maxBytes: 768 * 1024 };

/**
 * Keeps one request in flight per kafka partition; records that arrive meanwhile form the next one. So a single event
 * costs a small part of a request under load, and does not wait otherwise.
 */
export function sharedAppends(log: AppendableLog, topic: string, limits = LIMITS): SharedAppends {
  const lanes = new Map<number, Waiting[]>();
  let bytes = 0;

  function settle({ record, settle }: Waiting, outcome: AppendOutcome): void {
    bytes -= recordBytes(record);
    settle(outcome);
  }

  async function send(kafkaPartition: number, batch: readonly Waiting[]): Promise<void> {
    try {
      const { firstOffset } = await log.append(
        topic,
        kafkaPartition,
        batch.map(({ record }) => record),
      );
      for (const [index, one] of batch.entries()) settle(one, firstOffset + index);
    } catch (error) {
      if (error instanceof RecordTooLargeError && batch.length > 1) {
        const middle = batch.length >> 1;
        await send(kafkaPartition, batch.slice(0, middle));
        await send(kafkaPartition, batch.slice(middle));
        return;
      }
      const outcome = error instanceof Error ? error : new Error(String(error));
      for (const one of batch) settle(one, outcome);
    }
  }

  async function drain(kafkaPartition: number, lane: Waiting[]): Promise<void> {
    // Callers in the same turn of the event loop share the first request, too.
    await Promise.resolve();
    while (lane.length > 0) await send(kafkaPartition, lane.splice(0, batchLength(lane, limits)));
    lanes.delete(kafkaPartition);
  }

  return {
    append: (kafkaPartition, record, settle) => {
      bytes += recordBytes(record);
      const lane = lanes.get(kafkaPartition);
      if (lane !== undefined) {
        lane.push({ record, settle });
        return;
      }
      const opened = [{ record, settle }];
      lanes.set(kafkaPartition, opened);
      void drain(kafkaPartition, opened);
    },
    waitingBytes: () => bytes,
  };
}

/** The number of records in the next request: at least one, else within the limits. */
function batchLength(lane: readonly Waiting[], { maxRecords, maxBytes }: BatchLimits): number {
  let bytes = 0;
  for (const [index, { record }] of lane.entries()) {
    bytes += recordBytes(record);
    if (index > 0 && (index === maxRecords || bytes > maxBytes)) return index;
  }
  return lane.length;
}
