import type { KafkaEvent } from '../../pipeline/msk-event.ts';
import type { Clock } from '../../pipeline/ports.ts';
import { type Notice, type TroubleReport, troubleReport } from '../trouble-report.ts';
import { type BackOff, backOffMs } from './back-off.ts';
import type { HeldRecords } from './held-records.ts';
import { type DeliveryPart, type EventOrigin, mskEvent } from './msk-event.ts';
import { type BatchPlan, type Cut, type DeliveryLimits, planBatch } from './plan-batch.ts';
import { isStandstill, type Trouble } from './standstill.ts';
import type { WakeUp } from './wake-up.ts';

export interface MappingLimits {
  readonly batchSize: number;
  readonly batchWindowMs: number;
  /** The maximum size of the whole event's JSON text. */
  readonly maxPayloadBytes: number;
  /** The maximum number of concurrent handler calls; never two for one kafka partition. */
  readonly maxConcurrent: number;
  readonly backOff: BackOff;
}

/**
 * Receives a planned delivery, how often it has failed, and each kafka partition's number of available records. The cut
 * it returns is limited to the available records.
 */
export type CutPolicy = (
  planned: Cut,
  seen: { readonly failures: number; readonly waiting: ReadonlyMap<number, number> },
) => Cut;

export interface DeliveryProgress {
  /** Records that the handler has processed and that are committed. */
  readonly delivered: number;
  /** Failed handler calls. */
  readonly failures: number;
  /** Kafka timestamp of the newest record delivered, milliseconds since 1970; null before the first. */
  readonly newestMs: number | null;
  /** By kafka partition, the offset before which this mapping has committed every record, if known. */
  readonly committed: ReadonlyMap<number, number>;
}

interface DeliveriesOptions {
  readonly origin: EventOrigin;
  readonly handler: (event: KafkaEvent) => Promise<unknown>;
  readonly limits: MappingLimits & DeliveryLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly notify: (notice: Notice) => void;
  readonly cut?: CutPolicy;
  readonly held: HeldRecords;
  readonly changes: WakeUp;
  readonly stopping: AbortSignal;
  /** Called before each delivery. @throws if the records must not be delivered */
  readonly watch: () => Promise<void>;
  readonly commit: (next: ReadonlyMap<number, number>) => Promise<void>;
}

/** After this many failures, each kafka partition is retried separately, so that it does not hold up the others. */
const FAILURES_TOGETHER = 2;

/** The offsets of a topic, by kafka partition: its beginning, its end, and what its group had committed before. */
export interface TopicOffsets {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly before: readonly (number | null)[];
}

/** A failed delivery that waits for its retry; its records stay in flight meanwhile. */
interface Retry extends Trouble {
  readonly cut: Cut;
  readonly failures: number;
  readonly dueMs: number;
  readonly report: TroubleReport;
  /** True if a single kafka partition failed; with several, it is not yet known which one has the trouble. */
  readonly isOwn: boolean;
  /** How many deliveries split from the first failed one have not succeeded yet. */
  readonly siblings: { open: number };
}

/** How often a flush checks whether trouble has lasted too long. */
const LOOK_EVERY_MS = 1000;

/** Delivers held records to the handler, and commits them once they are processed. */
export function deliveries(options: DeliveriesOptions) {
  const { origin, handler, limits, clock, random, held, changes, stopping, commit } = options;
  const recut: CutPolicy = options.cut ?? ((planned) => planned);
  const running = new Set<Promise<void>>();
  const committed = new Map<number, number>();
  let retries: readonly Retry[] = [];
  let draining = 0;
  let counts: Omit<DeliveryProgress, 'committed'> = { delivered: 0, failures: 0, newestMs: null };

  /** Starts what is due. Returns how long until the next delivery is due; null if that depends on a change. */
  function startNext(): number | null {
    const nowMs = clock.now();
    while (running.size < limits.maxConcurrent) {
      const retry = retries.find(({ dueMs }) => dueMs <= nowMs);
      if (retry !== undefined) again(retry);
      else {
        const plan = planBatch(held.free(nowMs), limits);
        if (!isReady(plan, nowMs)) return waitMs(plan, nowMs);
        start(availableCut(recut(plan.cut, { failures: 0, waiting: waiting() }), waiting()), null);
      }
    }
    return null;
  }

  function isReady({ cut, isFull }: BatchPlan, nowMs: number): boolean {
    if (cut.size === 0) return false;
    return isFull || draining > 0 || nowMs - (held.oldestMs() ?? nowMs) >= limits.batchWindowMs;
  }

  function waitMs({ cut }: BatchPlan, nowMs: number): number | null {
    const due = retries.map(({ dueMs }) => dueMs);
    const oldestMs = held.oldestMs();
    if (cut.size > 0 && oldestMs !== null) due.push(oldestMs + limits.batchWindowMs);
    return due.length === 0 ? null : Math.max(0, Math.min(...due) - nowMs);
  }

  /** Retries the whole batch, unless the policy cuts it differently: the rest goes back to the front of the queue. */
  function again(retry: Retry): void {
    retries = retries.filter((other) => other !== retry);
    held.putBack(retry.cut.keys());
    const available = new Map(
      [...retry.cut.keys()].map((kafkaPartition) => [kafkaPartition, held.count(kafkaPartition)]),
    );
    start(availableCut(recut(retry.cut, { failures: retry.failures, waiting: available }), available), retry);
  }

  const waiting = () =>
    new Map(held.free(clock.now()).map(({ kafkaPartition, records }) => [kafkaPartition, records.length]));

  function start(cut: Cut, retry: Retry | null): void {
    const ended = deliver(held.take(cut), cut, retry).finally(() => {
      running.delete(ended);
      changes.wake();
    });
    running.add(ended);
  }

  /** What blocks a kafka partition: its delivery or, if none of its records is in flight, the reading of its topic. */
  function troubleOf(kafkaPartition: number, reading: () => Trouble | null): Trouble | null {
    const retry = retries.find(({ cut }) => cut.has(kafkaPartition));
    if (retry !== undefined) return retry.isOwn ? retry : null;
    return held.count(kafkaPartition) === 0 ? reading() : null;
  }

  async function deliver(parts: readonly DeliveryPart[], cut: Cut, retry: Retry | null): Promise<void> {
    const report = retry?.report ?? troubleReport(options.notify);
    const next = new Map(
      parts.map(({ kafkaPartition, records }) => [kafkaPartition, (records.at(-1)?.offset ?? 0) + 1]),
    );
    try {
      await options.watch();
      await handler(mskEvent(origin, parts));
      await commit(next);
    } catch (error) {
      const failures = (retry?.failures ?? 0) + 1;
      counts = { ...counts, failures: counts.failures + 1 };
      if (!stopping.aborted) report.failed(`topic ${origin.topic}: delivering ${described(parts)}`, error);
      const dueMs = clock.now() + backOffMs(limits.backOff, failures, random);
      const cuts = failures < FAILURES_TOGETHER ? [cut] : [...cut].map((one) => new Map([one]));
      const sinceMs = retry?.sinceMs ?? clock.now();
      const siblings = retry?.siblings ?? { open: 1 };
      siblings.open += cuts.length - 1;
      const again = { failures, dueMs, error, sinceMs, report, isOwn: cut.size === 1, siblings };
      retries = [...retries, ...cuts.map((one) => ({ ...again, cut: one }))];
      return;
    }
    if (retry === null || --retry.siblings.open === 0) report.succeeded();
    held.settle(cut.keys());
    for (const [kafkaPartition, offset] of next) committed.set(kafkaPartition, offset);
    const records = parts.reduce((sum, part) => sum + part.records.length, 0);
    counts = { ...counts, delivered: counts.delivered + records, newestMs: newest(parts, counts.newestMs) };
  }

  return {
    /** Resolves after `stopping`, once the last delivery has ended. */
    async run(): Promise<void> {
      while (!stopping.aborted) await changes.next(startNext());
      await Promise.all(running);
    },
    /** Updates the reader's position: offsets before it that are no longer held are committed, or have no record. */
    passed(position: ReadonlyMap<number, number>): void {
      for (const [kafkaPartition, offset] of position) {
        if (offset <= (committed.get(kafkaPartition) ?? 0) || held.count(kafkaPartition) > 0) continue;
        committed.set(kafkaPartition, offset);
        changes.wake();
      }
    },
    /**
     * Delivers without waiting for windows until the ends are committed. Returns the error that blocks the rest, after
     * everything else has ended; null if there is none.
     */
    async flush({ starts, ends, before }: TopicOffsets, reading: () => Trouble | null): Promise<unknown> {
      const done = (kafkaPartition: number) =>
        Math.max(starts[kafkaPartition] ?? 0, before[kafkaPartition] ?? 0, committed.get(kafkaPartition) ?? 0);
      draining += 1;
      changes.wake();
      try {
        for (;;) {
          const left = [...ends.keys()].filter((kafkaPartition) => (ends[kafkaPartition] ?? 0) > done(kafkaPartition));
          if (stopping.aborted || left.length === 0) return null;
          const troubles = left.map((kafkaPartition) => troubleOf(kafkaPartition, reading));
          if (troubles.every((trouble) => trouble !== null && isStandstill(trouble, clock.now())))
            return troubles[0]?.error;
          await changes.next(LOOK_EVERY_MS);
        }
      } finally {
        draining -= 1;
      }
    },
    progress: (): DeliveryProgress => ({ ...counts, committed }),
  };
}

/** The cut without invalid entries from a policy: unknown kafka partitions, and counts that exceed what is held. */
function availableCut(cut: Cut, available: ReadonlyMap<number, number>): Cut {
  const sound = [...cut].map(([kafkaPartition, count]): [number, number] => [
    kafkaPartition,
    Math.min(Math.floor(count), available.get(kafkaPartition) ?? 0),
  ]);
  const kept = new Map(sound.filter(([, count]) => count > 0));
  const first = [...available].find(([, count]) => count > 0);
  return kept.size > 0 || first === undefined ? kept : new Map([[first[0], 1]]);
}

function described(parts: readonly DeliveryPart[]): string {
  return parts
    .map(({ kafkaPartition, records }) => {
      return `kafka partition ${kafkaPartition}, offsets ${records[0]?.offset} to ${records.at(-1)?.offset}`;
    })
    .join('; ');
}

function newest(parts: readonly DeliveryPart[], before: number | null): number | null {
  return parts.reduce<number | null>((most, { records }) => {
    const lastMs = records.at(-1)?.timestampMs ?? most;
    return most === null || lastMs === null ? lastMs : Math.max(most, lastMs);
  }, before);
}
