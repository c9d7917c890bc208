import type { Contract, EventOf, Fields } from '../contracts/contract.ts';
import type { Rejection } from './outcome.ts';
import { canonicalKafkaTimestamp, canonicalTimestamp } from './timestamps.ts';

/** A contract's own functions, wrapped so that whatever they do is a verdict on the event, even if they throw. */
export interface ContractCode<S extends Fields> {
  /** The verdict of the first rule that is broken; undefined if all hold. */
  brokenRule(event: EventOf<S>): Rejection | undefined;
  /** Returns the event time as a canonical timestamp, or why there is none. */
  eventTimeOf(event: EventOf<S>, kafkaTimestampMs: number): string | Rejection;
}

export function contractCode<S extends Fields>({ rules, eventTime }: Contract<S>): ContractCode<S> {
  return {
    brokenRule: (event) => {
      for (const rule of rules) {
        try {
          if (!rule.holds(event)) return brokenBy(rule.path, rule.name);
        } catch (cause) {
          return brokenBy(rule.path, `${rule.name}: the rule’s code threw ${kindOfThrown(cause)}`);
        }
      }
      return undefined;
    },

    eventTimeOf: (event, kafkaTimestampMs) => {
      if (typeof eventTime === 'string') return String(event[eventTime]);
      if ('kafkaTimestamp' in eventTime) return canonicalKafkaTimestamp(kafkaTimestampMs);
      try {
        const computed: unknown = eventTime.of(event);
        const canonical = typeof computed === 'string' ? canonicalTimestamp(computed) : undefined;
        return canonical ?? brokenBy('', 'event time: expected the contract’s code to yield a timestamp that exists');
      } catch (cause) {
        return brokenBy('', `event time: the contract’s code threw ${kindOfThrown(cause)}`);
      }
    },
  };
}

function brokenBy(path: string, detail: string): Rejection {
  return { reason: 'rule', path, detail };
}

/** Returns only the kind of error: a message may quote the event. */
export function kindOfThrown(cause: unknown): string {
  return cause instanceof Error ? cause.name : `a ${typeof cause}`;
}
