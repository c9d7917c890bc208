import { systemClock } from '../../lib/adapters/system-clock.ts';
import type { LetterFilter } from '../../lib/local/dead-letters/letter-relations.ts';
import type { RejectionReason } from '../../lib/pipeline/outcome.ts';
import { givenBounds } from '../hour-options.ts';

/** The options that select dead letters. */
export interface LetterSelection {
  readonly stream?: string;
  readonly reason?: RejectionReason;
  readonly path?: string;
  readonly from?: string;
  readonly to?: string;
}

/** @throws UsageError for invalid hours, and for a span that ends before it begins. */
export function letterFilter({ from, to, stream, reason, path }: LetterSelection): LetterFilter {
  return {
    ...(stream !== undefined && { stream }),
    ...(reason !== undefined && { reason }),
    ...(path !== undefined && { path }),
    ...givenBounds({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, systemClock.now()),
  };
}
