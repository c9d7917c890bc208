import { type Clock, type EventLog, type LogRecord, UnknownTopicError } from '../../pipeline/ports.ts';
import { type Notice, troubleReport } from '../trouble-report.ts';
import { type BackOff, backOffMs } from './back-off.ts';
import type { HeldRecords } from './held-records.ts';
import type { Trouble } from './standstill.ts';
import type { TopicWatch } from './topic-watch.ts';
import type { WakeUp } from './wake-up.ts';

interface TopicReadingOptions {
  readonly log: Pick<EventLog, 'openReader'>;
  readonly topic: string;
  readonly group: string;
  /** The limit of one poll. */
  readonly maxRecords: number;
  /** The limit of all held records. */
  readonly maxBytes: number;
  readonly backOff: BackOff;
  readonly clock: Clock;
  readonly random: () => number;
  readonly notify: (notice: Notice) => void;
  readonly held: HeldRecords;
  readonly changes: WakeUp;
  readonly stopping: AbortSignal;
  readonly watch: TopicWatch;
  /** Called with the reader's position, by kafka partition. */
  readonly passed: (position: ReadonlyMap<number, number>) => void;
}

/** The longest wait in the log for a record, which also bounds how long a stop may take beyond the handler. */
const POLL_MS = 500;
/** How often the topic is checked while it is read. */
const WATCH_EVERY_MS = 5000;
/** Reading that has not failed for this long, which exceeds the longest back-off, has recovered. */
const READING_GOES_ON_AFTER_MS = 60_000;

/** Reads a topic into memory while there is room, and reopens it after a failure. @throws UnknownTopicError */
export async function topicReading(options: TopicReadingOptions) {
  const { log, topic, group, maxRecords, maxBytes, clock, held, changes, stopping, watch } = options;
  const report = troubleReport(options.notify);
  const read = new Map<number, number>();
  let reader = await log.openReader(topic, group);
  let received = 0;
  let watchedAtMs = clock.now();
  let trouble: (Trouble & { readonly lastMs: number }) | null = null;

  async function readOnce(room: number): Promise<void> {
    if (clock.now() - watchedAtMs >= WATCH_EVERY_MS) await watchAnyway();
    take(await reader.poll({ maxRecords, maxBytes: room, waitMs: POLL_MS }));
    const position = reader.position();
    for (const [kafkaPartition, offset] of position) {
      // After a failure, a reader restarts at the committed offsets; held records have already been read.
      read.set(kafkaPartition, Math.max(offset, read.get(kafkaPartition) ?? 0));
    }
    options.passed(position);
  }

  /** Ignores a log that does not respond: the reader waits for it. */
  async function watchAnyway(): Promise<void> {
    watchedAtMs = clock.now();
    try {
      await watch();
    } catch (error) {
      if (error instanceof UnknownTopicError || stopping.aborted) throw error;
    }
  }

  function take(records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    held.add(records, clock.now());
    received += records.length;
    trouble = null;
    changes.wake();
  }

  /** A reader may be unusable after a failure. The next continues from the committed offsets and skips held records. */
  async function reopen(): Promise<void> {
    await reader.close().catch(() => undefined);
    reader = await log.openReader(topic, group);
  }

  return {
    /** Resolves after `stopping`. */
    async run(): Promise<void> {
      let failures = 0;
      while (!stopping.aborted) {
        const room = maxBytes - held.bytes();
        if (room <= 0) {
          await changes.next(null);
          continue;
        }
        try {
          if (failures > 0) await reopen();
          await readOnce(room);
          failures = 0;
          report.succeeded();
        } catch (error) {
          if (stopping.aborted) return;
          failures += 1;
          trouble = { error, sinceMs: trouble?.sinceMs ?? clock.now(), lastMs: clock.now() };
          report.failed(`reading topic ${topic}`, error);
          await clock.sleep(backOffMs(options.backOff, failures, options.random), stopping);
        }
      }
    },
    commit: (next: ReadonlyMap<number, number>) => reader.commit(next),
    close: () => reader.close(),
    progress: () => ({ received, read }),
    /** What prevents the topic from being read; null if it can be. */
    trouble(): Trouble | null {
      const isOver = trouble === null || clock.now() - trouble.lastMs > READING_GOES_ON_AFTER_MS;
      return isOver ? null : trouble;
    },
  };
}
