import type { LogRecord } from '../../pipeline/ports.ts';
import type { DeliveryPart } from './msk-event.ts';
import type { Cut, WaitingQueue } from './plan-batch.ts';

/**
 * Records in memory between the log and the handler. Sizes and arrivals are in lists of their own: an object for each
 * record would outlive several collections, each of which copies it.
 */
interface Run {
  readonly records: LogRecord[];
  readonly payloadBytes: number[];
  readonly arrivedMs: number[];
}

const emptyRun = (): Run => ({ records: [], payloadBytes: [], arrivedMs: [] });

interface Queue {
  waiting: Run;
  /** Being delivered, or waiting for a retry. */
  inFlight: Run;
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
    const known = queues.get(kafkaPartition) ?? { waiting: emptyRun(), inFlight: emptyRun(), served: 0 };
    queues.set(kafkaPartition, known);
    return known;
  };
  const free = () =>
    [...queues]
      .filter(([, { inFlight }]) => inFlight.records.length === 0)
      .sort(([, one], [, other]) => one.served - other.served);

  return {
    add(records, nowMs) {
      for (const record of records) {
        const queue = queueOf(record.kafkaPartition);
        if (isHeld(queue, record.offset)) continue;
        const { records: waiting, payloadBytes, arrivedMs } = queue.waiting;
        const size = payloadBytesOf(record);
        waiting.push(record);
        payloadBytes.push(size);
        arrivedMs.push(nowMs);
        bytes += memoryBytes(size);
      }
    },
    free: (nowMs) =>
      free().map(([kafkaPartition, { waiting }]) => {
        const { records, payloadBytes, arrivedMs } = waiting;
        return { kafkaPartition, records, payloadBytes, isOverdue: nowMs - (arrivedMs[0] ?? nowMs) >= batchWindowMs };
      }),
    count: (kafkaPartition) => {
      const { waiting, inFlight } = queueOf(kafkaPartition);
      return waiting.records.length + inFlight.records.length;
    },
    oldestMs: () =>
      free().reduce<number | null>((oldest, [, { waiting }]) => {
        const arrivedMs = waiting.arrivedMs[0] ?? oldest;
        return oldest === null || arrivedMs === null ? arrivedMs : Math.min(oldest, arrivedMs);
      }, null),
    take: (cut) =>
      [...cut].map(([kafkaPartition, count]) => {
        const queue = queueOf(kafkaPartition);
        queue.inFlight = takeFront(queue.waiting, count);
        queue.served = ++served;
        return { kafkaPartition, records: queue.inFlight.records };
      }),
    putBack(kafkaPartitions) {
      for (const kafkaPartition of kafkaPartitions) {
        const queue = queueOf(kafkaPartition);
        queue.waiting = joined(queue.inFlight, queue.waiting);
        queue.inFlight = emptyRun();
      }
    },
    settle(kafkaPartitions) {
      for (const kafkaPartition of kafkaPartitions) {
        const queue = queueOf(kafkaPartition);
        bytes -= queue.inFlight.payloadBytes.reduce((sum, size) => sum + memoryBytes(size), 0);
        queue.inFlight = emptyRun();
      }
    },
    bytes: () => bytes,
  };
}

/** Removes that many records from the front. */
function takeFront({ records, payloadBytes, arrivedMs }: Run, count: number): Run {
  return {
    records: records.splice(0, count),
    payloadBytes: payloadBytes.splice(0, count),
    arrivedMs: arrivedMs.splice(0, count),
  };
}

function joined(one: Run, other: Run): Run {
  return {
    records: [...one.records, ...other.records],
    payloadBytes: [...one.payloadBytes, ...other.payloadBytes],
    arrivedMs: [...one.arrivedMs, ...other.arrivedMs],
  };
}

function isHeld({ waiting, inFlight }: Queue, offset: number): boolean {
  const first = inFlight.records[0] ?? waiting.records[0];
  const last = waiting.records.at(-1) ?? inFlight.records.at(-1);
  return first !== undefined && last !== undefined && offset >= first.offset && offset <= last.offset;
}

/** A slight overestimate of the record's own bytes, because the payload counts them in base64. */
const memoryBytes = (payloadBytes: number) => payloadBytes + OVERHEAD_BYTES;
