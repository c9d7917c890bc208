import type { LogRecord } from '../../pipeline/ports.ts';
import type { DeliveryPart } from './msk-event.ts';
import type { Cut, Waiting, WaitingQueue } from './plan-batch.ts';

/** A record in memory between the log and the handler. */
interface HeldRecord extends Waiting {
  readonly record: LogRecord;
  readonly arrivedMs: number;
}

interface Queue {
  waiting: HeldRecord[];
  /** Being delivered, or waiting for a retry. */
  inFlight: HeldRecord[];
  /** Higher values were served later. */
  served: number;
}

/** The records that a mapping has read and not yet committed, by kafka partition. */
export interface HeldRecords {
  /** Adds records in log order; skips those already held, for example after a rebalance. */
  add(records: readonly LogRecord[], nowMs: number): void;
  /** The queues without records in flight; the one unserved for longest comes first. */
  free(nowMs: number): readonly WaitingQueue[];
  /** The number of a kafka partition's records that wait or are in flight. */
  count(kafkaPartition: number): number;
  /** When the oldest record of the free queues arrived; null if there is none. */
  oldestMs(): number | null;
  /** Marks the records of a cut as in flight. */
  take(cut: Cut): readonly DeliveryPart[];
  /** Returns the kafka partitions' records in flight to the front of their queues. */
  putBack(kafkaPartitions: Iterable<number>): void;
  /** Removes the kafka partitions' records in flight. */
  settle(kafkaPartitions: Iterable<number>): void;
  /** The approximate memory of all records, in bytes. */
  bytes(): number;
}

/** The overhead of a record as an object in memory. */
const OVERHEAD_BYTES = 300;

export interface HeldRecordsOptions {
  /** A record's size in the payload. */
  readonly payloadBytesOf: (record: LogRecord) => number;
  /** A queue is overdue once its oldest record has waited for this long. */
  readonly batchWindowMs: number;
}

export function heldRecords({ payloadBytesOf, batchWindowMs }: HeldRecordsOptions): HeldRecords {
  const queues = new Map<number, Queue>();
  let bytes = 0;
  let served = 0;

  const queueOf = (kafkaPartition: number): Queue => {
    const known = queues.get(kafkaPartition) ?? { waiting: [], inFlight: [], served: 0 };
    queues.set(kafkaPartition, known);
    return known;
  };
  const free = () =>
    [...queues]
      .filter(([, queue]) => queue.inFlight.length === 0)
      .sort(([, one], [, other]) => one.served - other.served);

  return {
    add(records, nowMs) {
      for (const record of records) {
        const queue = queueOf(record.kafkaPartition);
        if (isHeld(queue, record.offset)) continue;
        const held = { record, offset: record.offset, payloadBytes: payloadBytesOf(record), arrivedMs: nowMs };
        queue.waiting.push(held);
        bytes += memoryBytes(held);
      }
    },
    free: (nowMs) =>
      free().map(([kafkaPartition, { waiting }]) => {
        const isOverdue = nowMs - (waiting[0]?.arrivedMs ?? nowMs) >= batchWindowMs;
        return { kafkaPartition, records: waiting, isOverdue };
      }),
    count: (kafkaPartition) => {
      const queue = queueOf(kafkaPartition);
      return queue.waiting.length + queue.inFlight.length;
    },
    oldestMs: () =>
      free().reduce<number | null>((oldest, [, { waiting }]) => {
        const arrivedMs = waiting[0]?.arrivedMs ?? oldest;
        return oldest === null || arrivedMs === null ? arrivedMs : Math.min(oldest, arrivedMs);
      }, null),
    take: (cut) =>
      [...cut].map(([kafkaPartition, count]) => {
        const queue = queueOf(kafkaPartition);
        queue.inFlight = queue.waiting.splice(0, count);
        queue.served = ++served;
        return { kafkaPartition, records: queue.inFlight.map(({ record }) => record) };
      }),
    putBack(kafkaPartitions) {
      for (const kafkaPartition of kafkaPartitions) {
        const queue = queueOf(kafkaPartition);
        queue.waiting = [...queue.inFlight, ...queue.waiting];
        queue.inFlight = [];
      }
    },
    settle(kafkaPartitions) {
      for (const kafkaPartition of kafkaPartitions) {
        const queue = queueOf(kafkaPartition);
        bytes -= queue.inFlight.reduce((sum, held) => sum + memoryBytes(held), 0);
        queue.inFlight = [];
      }
    },
    bytes: () => bytes,
  };
}

function isHeld({ waiting, inFlight }: Queue, offset: number): boolean {
  const first = inFlight[0] ?? waiting[0];
  const last = waiting.at(-1) ?? inFlight.at(-1);
  return first !== undefined && last !== undefined && offset >= first.offset && offset <= last.offset;
}

/** A slight overestimate of the record's own bytes, because the payload counts them in base64. */
const memoryBytes = ({ payloadBytes }: HeldRecord) => payloadBytes + OVERHEAD_BYTES;
