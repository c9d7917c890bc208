import type { MSKEvent } from 'aws-lambda';
import { METRICS_NAMESPACE, meterMetrics } from '../../lib/derive/metrics.ts';
import type { MeterCounts } from '../../lib/pipeline/meter/meter.ts';
import { type InstrumentedEventDeps, instrumentedEvent } from '../instrumented-event.ts';
import { metricFields } from '../log-line.ts';

interface InstrumentedDeps extends Omit<InstrumentedEventDeps<MeterCounts>, 'handle' | 'lines'> {
  readonly count: (event: MSKEvent) => Promise<MeterCounts>;
}

/** Logs each invocation in one line, which includes its metrics. */
export function instrumentedMeter({ count, ...deps }: InstrumentedDeps): (event: MSKEvent) => Promise<MeterCounts> {
  return instrumentedEvent({
    ...deps,
    handle: count,
    lines: (values, { stream }, nowMs) => [
      {
        message: 'counted',
        stream,
        ...metricFields({
          namespace: METRICS_NAMESPACE,
          declared: meterMetrics,
          values: { ...values },
          dimensions: {},
          nowMs,
        }),
      },
    ],
  });
}
