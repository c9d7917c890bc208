import type { KafkaEvent } from '../../pipeline/msk-event.ts';
import type { Clock, EventLog } from '../../pipeline/ports.ts';
import { RecreatedTopicError } from '../../pipeline/recreated-topic.ts';
import type { Notice } from '../trouble-report.ts';
import { type CutPolicy, type DeliveryProgress, deliveries, type MappingLimits } from './deliveries.ts';
import { heldRecords } from './held-records.ts';
import { type EventOrigin, envelopeBytes, payloadBytes } from './msk-event.ts';
import type { DeliveryLimits } from './plan-batch.ts';
import { topicReading } from './topic-reading.ts';
import type { TopicWatch } from './topic-watch.ts';
import { wakeUp } from './wake-up.ts';

export interface EventSourceMappingOptions {
  readonly log: EventLog;
  readonly origin: EventOrigin;
  readonly group: string;
  /** Called before each delivery, and now and then while there is none. */
  readonly watch: TopicWatch;
  readonly handler: (event: KafkaEvent) => Promise<unknown>;
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

/** Held in memory, in payloads: enough to read the next one while one is delivered. */
const HELD_PAYLOADS = 3;

/**
 * Gives a handler what Lambda's event source mapping gives it, with the same promises: at least once, in order per kafka
 * partition, one call in flight per kafka partition, the whole batch again after an error, committed only after success.
 * @throws UnknownTopicError
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
export async function eventSourceMapping(options: EventSourceMappingOptions): Promise<EventSourceMapping> {
  const { log, origin, group, limits, clock, notify } = options;
  const { topic } = origin;
  const kafkaPartitions = await log.kafkaPartitions(topic);
  const held = heldRecords((record) => payloadBytes(topic, record));
  const changes = wakeUp(clock);
  const stopping = new AbortController();
  let gone: RecreatedTopicError | null = null;

  /** A topic that has become another one is at an end: nothing of it is read or delivered any more. */
  async function watch(): Promise<void> {
    try {
      await options.watch();
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

  const shared = { ...options, topic, held, changes, watch, stopping: stopping.signal };
  const { run, flush, passed, progress } = deliveries({
    ...shared,
    limits: { ...limits, ...payloadLimits(limits, envelopeBytes(origin, kafkaPartitions)) },
    commit: (next) => reading.commit(next),
  });
  const reading = await topicReading({
    ...shared,
    maxRecords: limits.batchSize,
    maxBytes: HELD_PAYLOADS * limits.maxPayloadBytes,
    backOff: limits.backOff,
    passed,
  });
  const ended = Promise.all([reading.run(), run()]);

  return {
    topic,
    progress: () => ({ ...progress(), ...reading.progress(), held: held.count }),
    async drain() {
      await watch();
      const [starts, ends] = [await log.startOffsets(topic), await log.endOffsets(topic)];
      const before = await log.committedOffsets(topic, group);
      const failure = await flush({ starts, ends, before }, reading.trouble);
      if (gone !== null || failure !== null) throw gone ?? failure;
    },
    async stop(deadlineMs) {
      stopping.abort();
      changes.wake();
      // What could not be committed comes again: there is nothing to be done about a reader that does not close.
      const closed = ended.then(() => reading.close().catch(() => undefined));
      const timer = new AbortController();
      await Promise.race([closed, clock.sleep(deadlineMs, timer.signal)]);
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
