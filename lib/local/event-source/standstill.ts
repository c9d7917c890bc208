import { PermanentError } from '../../pipeline/permanent-error.ts';
import { UnknownTopicError } from '../../pipeline/ports.ts';

/** A failure that has persisted since `sinceMs`. */
export interface Trouble {
  readonly error: unknown;
  readonly sinceMs: number;
}

/** Longer than brokers need to elect a leader, or a person to free disk space: `--once` waits no longer than this. */
const GIVE_UP_AFTER_MS = 120_000;

/** Whether waiting for the trouble to end is pointless. */
export function isStandstill({ error, sinceMs }: Trouble, nowMs: number): boolean {
  const isPermanent = error instanceof PermanentError || error instanceof UnknownTopicError;
  return isPermanent || nowMs - sinceMs >= GIVE_UP_AFTER_MS;
}
