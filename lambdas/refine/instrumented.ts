import type { MSKEvent } from 'aws-lambda';
import { METRICS_NAMESPACE, refineMetrics } from '../../lib/derive/metrics.ts';
import type { RefineCounts } from '../../lib/pipeline/refine/refiner.ts';
import { type InstrumentedEventDeps, instrumentedEvent } from '../instrumented-event.ts';
import { metricFields } from '../log-line.ts';

interface InstrumentedDeps extends Omit<InstrumentedEventDeps<RefineCounts>, 'handle' | 'lines'> {
  readonly refine: (event: MSKEvent) => Promise<RefineCounts>;
}

/** Logs each invocation in one line, which includes its metrics. */
export function instrumentedRefine({ refine, ...deps }: InstrumentedDeps): (event: MSKEvent) => Promise<RefineCounts> {
  return instrumentedEvent({
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
