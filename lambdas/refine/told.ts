import type { MSKEvent } from 'aws-lambda';
import { METRICS_NAMESPACE, refineMetrics } from '../../lib/derive/metrics.ts';
import type { RefineCounts } from '../../lib/pipeline/refine/refiner.ts';
import { metricFields } from '../log-line.ts';
import { type ToldEventDeps, toldEvent } from '../told-event.ts';

interface ToldDeps extends Omit<ToldEventDeps<RefineCounts>, 'handle' | 'lines'> {
  readonly refine: (event: MSKEvent) => Promise<RefineCounts>;
}

/** Tells of each invocation in one line, which has its metrics too. */
export function told({ refine, ...deps }: ToldDeps): (event: MSKEvent) => Promise<RefineCounts> {
  return toldEvent({
    ...deps,
    handle: refine,
    lines: ({ skipped, ...values }, { stream }, nowMs) => [
      {
        message: 'refined',
        stream,
        skipped,
        ...metricFields({
          namespace: METRICS_NAMESPACE,
          declared: refineMetrics,
          values,
          dimensions: {},
          nowMs,
        }),
      },
    ],
  });
}
