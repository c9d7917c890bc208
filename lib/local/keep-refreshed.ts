import type { createHandler } from '../../lambdas/transform/handler.ts';
import type { Clock } from '../pipeline/ports.ts';
import type { TroubleReport } from './trouble-report.ts';

/** What the ten-minute schedule looks at in AWS. */
const REFRESHED_HOURS = 3;

interface Refreshing {
  readonly everyMs: number;
  readonly clock: Clock;
  readonly report: TroubleReport;
  readonly signal: AbortSignal;
}

/** Runs the models over the last three hours, again and again, until `signal` aborts. Trouble is told, and tried again. */
export async function keepRefreshed(
  transform: ReturnType<typeof createHandler>,
  { everyMs, clock, report, signal }: Refreshing,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal);
    if (signal.aborted) return;
    try {
      await transform({ lookBackHours: REFRESHED_HOURS });
      report.succeeded();
    } catch (error) {
      report.failed('refreshing the tables of the SQL models', error);
    }
  }
}
