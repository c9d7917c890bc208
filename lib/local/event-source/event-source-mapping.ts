import type { MSKEvent } from 'aws-lambda';
import { type Clock, type EventLog, type LogRecord, UnknownTopicError } from '../../pipeline/ports.ts';
import { RecreatedTopicError } from '../../pipeline/recreated-topic.ts';
import { type Notice, troubleReport } from '../trouble-report.ts';
import { backOffMs } from './back-off.ts';
import { type CutPolicy, type DeliveryProgress, deliveries, type MappingLimits } from './deliveries.ts';
import { heldRecords } from './held-records.ts';
import { type EventOrigin, envelopeBytes, payloadBytes } from './msk-event.ts';
import type { DeliveryLimits } from './plan-batch.ts';
import type { Trouble } from './standstill.ts';
import type { TopicWatch } from './topic-watch.ts';
import { wakeUp } from './wake-up.ts';

export interface EventSourceMappingOptions {
  readonly log: EventLog;
  readonly origin: EventOrigin;
  readonly group: string;
  /** Called before each delivery, and now and then while there is none. */
  readonly watch: TopicWatch;
  readonly handler: (event: MSKEvent) => Promise<unknown>;
  readonly limits: MappingLimits;
  readonly clock: Clock;
  /** From 0 to below 1, for the jitter of the back-off. */
  readonly random: () => number;
  readonly notify: (notice: Notice) => void;
  /** Decides what a delivery really holds; tests cut as no plan would. */
  readonly cut?: CutPolicy;
}

interface MappingProgress extends DeliveryProgress {
  /** Records read from the log. */
  readonly received: number;
  /** By kafka partition, the offset that reading has come to, where it has begun. */
  readonly read: ReadonlyMap<number, number>;
  /** Records read and not yet committed, by kafka partition. */
  readonly held: (kafkaPartition: number) => number;
}

/** A running mapping of one topic on one handler. */
export interface EventSourceMapping {
  readonly topic: string;
  /**
   * Resolves when everything before the end offsets at the time of the call is committed. Does not wait for windows.
   * @throws what keeps some of it from being delivered, after everything else has been.
   */
  drain(): Promise<void>;
  /** Starts no delivery any more; resolves when those in flight have ended and the log is let go, or after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
  progress(): MappingProgress;
}

/** Longest wait in the log for a record, which is also how long a stop may take beyond the handler. */
const POLL_MS = 500;
/** Held in memory, in payloads: enough to read the next one while one is delivered. */
const HELD_PAYLOADS = 3;
/** How often a topic is watched of which no records come. */
const WATCH_EVERY_MS = 5000;
/** Reading that has not failed for this long goes on: longer than the longest back-off. */
const READING_GOES_ON_AFTER_MS = 60_000;

/**
 * Gives a handler what Lambda's event source mapping gives it, with the same promises: at least once, in order per kafka
 * partition, one call in flight per kafka partition, the whole batch again after an error, committed only after success.
 * @throws UnknownTopicError
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
export async function eventSourceMapping(options: EventSourceMappingOptions): Promise<EventSourceMapping> {
  const { log, origin, group, limits, clock, random, notify } = options;
  const { topic } = origin;
  const kafkaPartitions = await log.kafkaPartitions(topic);
  let reader = await log.openReader(topic, group);
  const held = heldRecords((record) => payloadBytes(topic, record));
  const changes = wakeUp(clock);
  const stopping = new AbortController();
  const reading = troubleReport(notify);
  const read = new Map<number, number>();
  let received = 0;
  let gone: RecreatedTopicError | null = null;
  let watchedAtMs = clock.now();
  let readTrouble: (Trouble & { readonly lastMs: number }) | null = null;

  /** A topic that has become another one is at an end: nothing of it is read or delivered any more. */
  async function watch(): Promise<void> {
    try {
      await options.watch();
      watchedAtMs = clock.now();
    } catch (error) {
      if (error instanceof RecreatedTopicError && !stopping.signal.aborted) {
        gone = error;
        notify({ kind: 'stopped', what: `topic ${topic}`, message: error.message });
        stopping.abort();
        changes.wake();
      }
      throw error;
    }
  }

  const { run, flush, passed, progress } = deliveries({
    ...options,
    held,
    changes,
    stopping: stopping.signal,
    limits: { ...limits, ...payloadLimits(limits, envelopeBytes(origin, kafkaPartitions)) },
    watch,
    commit: (next) => reader.commit(next),
  });

  async function fill(): Promise<void> {
    const maxBytes = HELD_PAYLOADS * limits.maxPayloadBytes;
    let failures = 0;
    while (!stopping.signal.aborted) {
      const room = maxBytes - held.bytes();
      if (room <= 0) {
        await changes.next(null);
        continue;
      }
      try {
        if (failures > 0) await reopen();
        if (clock.now() - watchedAtMs >= WATCH_EVERY_MS) await watchIdle();
        take(await reader.poll({ maxRecords: limits.batchSize, maxBytes: room, waitMs: POLL_MS }));
        note(reader.position());
        failures = 0;
        reading.succeeded();
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        readTrouble = { error, sinceMs: readTrouble?.sinceMs ?? clock.now(), lastMs: clock.now() };
        reading.failed(`reading topic ${topic}`, error);
        await clock.sleep(backOffMs(limits.backOff, failures, random), stopping.signal);
      }
    }
  }

  /** A log that does not answer is the reader's business, which waits for it. */
  async function watchIdle(): Promise<void> {
    try {
      await watch();
    } catch (error) {
      if (error instanceof UnknownTopicError || stopping.signal.aborted) throw error;
    }
  }

  function take(records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    held.add(records, clock.now());
    received += records.length;
    readTrouble = null;
    changes.wake();
  }

  /** After a failure a reader begins again where others know it to be; what is held is not less far read for that. */
  function note(position: ReadonlyMap<number, number>): void {
    for (const [kafkaPartition, offset] of position) {
      read.set(kafkaPartition, Math.max(offset, read.get(kafkaPartition) ?? 0));
    }
    passed(position);
  }

  /** A reader that has failed may be of no more use. The next goes on from the committed offsets; what is held is passed over. */
  async function reopen(): Promise<void> {
    await reader.close().catch(() => undefined);
    reader = await log.openReader(topic, group);
  }

  function readingTrouble(): Trouble | null {
    const isOver = readTrouble === null || clock.now() - readTrouble.lastMs > READING_GOES_ON_AFTER_MS;
    return isOver ? null : readTrouble;
  }

  const filling = fill();
  const delivering = run();
  return {
    topic,
    progress: () => ({ ...progress(), received, read, held: held.count }),
    async drain() {
      const [starts, ends] = [await log.startOffsets(topic), await log.endOffsets(topic)];
      const failure = await flush({ starts, ends, before: await log.committedOffsets(topic, group) }, readingTrouble);
      if (gone !== null || failure !== null) throw gone ?? failure;
    },
    async stop(deadlineMs) {
      stopping.abort();
      changes.wake();
      // What could not be committed comes again: there is nothing to be done about a reader that does not close.
      const ended = Promise.all([filling, delivering]).then(() => reader.close().catch(() => undefined));
      const timer = new AbortController();
      await Promise.race([ended, clock.sleep(deadlineMs, timer.signal)]);
      timer.abort();
    },
  };
}

/** In place of the mapping of a topic that cannot be read: it delivers nothing, and says why when it is drained. */
export function refusedMapping(topic: string, refusal: Error): EventSourceMapping {
  return {
    topic,
    progress: () => ({
      delivered: 0,
      failures: 0,
      newestMs: null,
      committed: new Map(),
      received: 0,
      read: new Map(),
      held: () => 0,
    }),
    drain: () => Promise.reject(refusal),
    stop: async () => {},
  };
}

function payloadLimits(limits: MappingLimits, envelope: number): DeliveryLimits {
  return { maxRecords: limits.batchSize, maxPayloadBytes: Math.max(1, limits.maxPayloadBytes - envelope) };
}
