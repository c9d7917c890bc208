import type { createHandler } from '../../lambdas/transform/handler.ts';
import type { Clock } from '../pipeline/ports.ts';
import type { Notice } from './trouble-report.ts';

/** What the ten-minute schedule looks at in AWS. */
const REFRESHED_HOURS = 3;

const WHAT = 'refreshing the tables of the SQL models';

/** Runs the models over the last three hours, again and again, until `signal` aborts. Trouble is told, and tried again. */
export async function keepRefreshed(
  transform: ReturnType<typeof createHandler>,
  everyMs: number,
  { clock, notify, signal }: { readonly clock: Clock; notify(notice: Notice): void; readonly signal: AbortSignal },
): Promise<void> {
  let inTrouble = false;
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal);
    if (signal.aborted) return;
    try {
      await transform({ lookBackHours: REFRESHED_HOURS });
      if (inTrouble) notify({ kind: 'recovered', what: WHAT, message: '' });
      inTrouble = false;
    } catch (error) {
      inTrouble = true;
      notify({ kind: 'trouble', what: WHAT, message: error instanceof Error ? error.message : String(error) });
    }
  }
}
