import { PermanentError } from '../../pipeline/permanent-error.ts';
import { UnknownTopicError } from '../../pipeline/ports.ts';

/** What has failed ever since. */
export interface Trouble {
  readonly error: unknown;
  readonly sinceMs: number;
}

/** Longer than brokers need to elect a leader, or a person to free a disk: `--once` waits no longer than that. */
const GIVE_UP_AFTER_MS = 120_000;

/** Whether there is no use in waiting for the trouble to end. */
export function isStandstill({ error, sinceMs }: Trouble, nowMs: number): boolean {
  const isPermanent = error instanceof PermanentError || error instanceof UnknownTopicError;
  return isPermanent || nowMs - sinceMs >= GIVE_UP_AFTER_MS;
}
