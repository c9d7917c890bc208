import type { Context } from 'aws-lambda';
import { METRICS_NAMESPACE, recountMetrics } from '../../lib/derive/metrics.ts';
import type { Clock } from '../../lib/pipeline/ports.ts';
import { metricFields } from '../log-line.ts';
import type { RecountEvent, RecountResult } from './handler.ts';

type Recount = (event: RecountEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<RecountResult>;

interface InstrumentedDeps {
  readonly recount: Recount;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** Logs each run in one line, which includes its metrics if the run completed. */
export function instrumentedRecount({ recount, clock, log }: InstrumentedDeps): Recount {
  return async (event, context) => {
    const startedMs = clock.now();
    try {
      const result = await recount(event, context);
      const nowMs = clock.now();
      log({
        level: 'INFO',
        message: 'recounted',
        rebuild: event.rebuild ?? [],
        durationMs: nowMs - startedMs,
        ...metricFields({
          namespace: METRICS_NAMESPACE,
          declared: recountMetrics,
          values: { ...result },
          dimensions: {},
          nowMs,
        }),
      });
      return result;
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      log({
        level: 'ERROR',
        message: 'live metrics could not be counted from the lake; the next run tries again',
        found,
      });
      throw error;
    }
  };
}
