import type { TransformEvent } from '../../lambdas/transform/handler.ts';
import type { Clock } from '../pipeline/ports.ts';
import type { TroubleReport } from './trouble-report.ts';

/** The hours that the ten-minute schedule checks in AWS. */
const REFRESHED_HOURS = 3;

/** The delay of the first run, so that the first events are in the lake by then. */
const FIRST_AFTER_MS = 15_000;

/** The interval of full runs, like the daily schedule in AWS: they find all changed hours. */
const WHOLE_EVERY_MS = 86_400_000;

interface Refreshing {
  readonly everyMs: number;
  readonly clock: Clock;
  readonly report: TroubleReport;
  readonly signal: AbortSignal;
}

/**
 * Runs the models repeatedly until `signal` aborts: soon after the start and once a day over the whole lake, otherwise
 * over the last three hours. Unchanged hours cost nothing. Failures are reported and retried.
 */
export async function keepRefreshed(
  transform: (event: TransformEvent) => Promise<unknown>,
  { everyMs, clock, report, signal }: Refreshing,
): Promise<void> {
  let wholeDueMs = clock.now();
  await clock.sleep(Math.min(everyMs, FIRST_AFTER_MS), signal);
  while (!signal.aborted) {
    const isWhole = clock.now() >= wholeDueMs;
    try {
      await transform({ lookBackHours: isWhole ? 'all' : REFRESHED_HOURS });
      if (isWhole) wholeDueMs = clock.now() + WHOLE_EVERY_MS;
      report.succeeded();
    } catch (error) {
      report.failed('refreshing the tables of the SQL models', error);
    }
    await clock.sleep(everyMs, signal);
  }
}
