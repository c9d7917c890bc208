import type { Contract } from '../../contracts/contract.ts';
import { MAX_EVENT_BYTES } from '../../derive/topic.ts';
import { type Admission, admission } from '../admit.ts';
import { kafkaPartitionOf } from '../kafka-partition.ts';
import type { Rejection } from '../outcome.ts';
import { type Clock, RecordTooLargeError } from '../ports.ts';
import type { AppendableLog } from '../produce.ts';
import type { EventTexts } from './event-texts.ts';
import { type AppendOutcome, sharedAppends } from './shared-appends.ts';

/** The outcome of one event of a request. */
export type EventOutcome =
  /** Durable in every in-sync copy. `identity` is the event's own, if the contract names a field for it. */
  | {
      readonly status: 'accepted';
      readonly identity: string | null;
      readonly kafkaPartition: number;
      readonly offset: number;
    }
  | ({ readonly status: 'refused'; readonly isTooLarge: boolean } & Rejection)
  /** Sent, but not acknowledged: it may or may not be on the topic. */
  | { readonly status: 'unacknowledged' }
  /** A valid event that was not sent, because the request is all or nothing. */
  | { readonly status: 'not_taken' };

export interface Ingested {
  /** In the order of the events. */
  readonly outcomes: readonly EventOutcome[];
  /** Why events are unacknowledged. For logs only, because its message may name the brokers. */
  readonly trouble?: Error;
}

/** Accepts events for one stream. */
export interface Ingester {
  /**
   * Judges, masks and appends each event, in order within a kafka partition, and resolves when every one is settled.
   * @returns `busy` if too many bytes wait for the log: nothing was appended, and the request may be retried.
   */
  ingest(events: EventTexts, options: { readonly allOrNothing: boolean }): Promise<Ingested | 'busy'>;
}

export interface IngesterOptions {
  readonly contract: Contract;
  readonly topic: string;
  readonly log: AppendableLog;
  readonly clock: Clock;
  readonly maxWaitingBytes?: number;
}

const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** How long the number is cached: a topic may get more kafka partitions while this runs. */
const KAFKA_PARTITIONS_FOR_MS = 60_000;

const TOO_LARGE = `expected at most ${MAX_EVENT_BYTES} bytes in an event, found more`;
const TOO_LARGE_FOR_TOPIC = 'expected an event that the topic takes (its max.message.bytes), found a larger one';

export function ingester(options: IngesterOptions): Ingester {
  const { contract, topic, log, clock, maxWaitingBytes = MAX_WAITING_BYTES } = options;
  const { admit } = admission(contract);
  const appends = sharedAppends(log, topic);
  let known: { readonly kafkaPartitions: number; readonly untilMs: number } | undefined;
  let keyless = 0;

  async function kafkaPartitions(): Promise<number> {
    if (known === undefined || clock.now() >= known.untilMs) {
      const found = await log.kafkaPartitions(topic);
      known = { kafkaPartitions: found, untilMs: clock.now() + KAFKA_PARTITIONS_FOR_MS };
    }
    return known.kafkaPartitions;
  }

  function judged(text: Uint8Array): Judged {
    if (text.length > MAX_EVENT_BYTES) return refused({ reason: 'out_of_range', path: '', detail: TOO_LARGE }, true);
    const admitted = admit(text, clock.now());
    return 'reason' in admitted ? refused(admitted) : admitted;
  }

  /** Uses one promise for all events: a promise for each would cost as much as judging it. */
  function appendAll(events: readonly Judged[], partitions: number): Promise<Ingested> {
    return new Promise((resolve) => {
      const outcomes: EventOutcome[] = events.map((event) => ('status' in event ? event : UNACKNOWLEDGED));
      let left = events.filter((event) => !('status' in event)).length;
      let trouble: Error | undefined;
      for (const [index, event] of events.entries()) {
        if ('status' in event) continue;
        const { record, identity } = event;
        const kafkaPartition = kafkaPartitionOf(record.key, partitions, keyless);
        if (record.key === null) keyless += 1;
        appends.append(kafkaPartition, record, (appended) => {
          const outcome = outcomeOf(appended, { identity, kafkaPartition });
          outcomes[index] = outcome;
          if (outcome.status === 'unacknowledged' && appended instanceof Error) trouble ??= appended;
          left -= 1;
          if (left === 0) resolve({ outcomes, ...(trouble && { trouble }) });
        });
      }
    });
  }

  return {
    ingest: async ({ texts, areElements }, { allOrNothing }) => {
      if (appends.waitingBytes() > maxWaitingBytes) return 'busy';
      const events = texts.map(judged);
      const refusals = events.filter((event) => 'status' in event);
      const isBroken = areElements && refusals.some(({ reason }) => reason === 'not_json');
      if (isBroken || (allOrNothing && refusals.length > 0)) {
        return { outcomes: events.map((event) => ('status' in event ? event : NOT_TAKEN)) };
      }
      if (refusals.length === events.length) return { outcomes: refusals };
      try {
        return await appendAll(events, await kafkaPartitions());
      } catch (error) {
        const trouble = error instanceof Error ? error : new Error(String(error));
        return { outcomes: events.map((event) => ('status' in event ? event : UNACKNOWLEDGED)), trouble };
      }
    },
  };
}

const NOT_TAKEN: EventOutcome = { status: 'not_taken' };
const UNACKNOWLEDGED: EventOutcome = { status: 'unacknowledged' };

type Refused = Extract<EventOutcome, { readonly status: 'refused' }>;
type Admitted = Exclude<ReturnType<Admission['admit']>, Rejection>;
type Judged = Admitted | Refused;

function refused(rejection: Rejection, isTooLarge = false): Refused {
  return { status: 'refused', isTooLarge, ...rejection };
}

function outcomeOf(
  appended: AppendOutcome,
  place: { readonly identity: string | null; readonly kafkaPartition: number },
): EventOutcome {
  if (typeof appended === 'number') return { status: 'accepted', ...place, offset: appended };
  if (!(appended instanceof RecordTooLargeError)) return UNACKNOWLEDGED;
  return refused({ reason: 'out_of_range', path: '', detail: TOO_LARGE_FOR_TOPIC }, true);
}
