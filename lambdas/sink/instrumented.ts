import type { MSKEvent } from 'aws-lambda';
import { deadLetterMetrics, METRICS_NAMESPACE, REASON, STREAM, sinkMetrics } from '../../lib/derive/metrics.ts';
import type { SinkCounts } from '../../lib/pipeline/sink.ts';
import { type AboutEvent, type InstrumentedEventDeps, instrumentedEvent } from '../instrumented-event.ts';
import { metricFields } from '../log-line.ts';

interface InstrumentedDeps extends Omit<InstrumentedEventDeps<SinkCounts>, 'handle' | 'lines'> {
  readonly take: (event: MSKEvent) => Promise<SinkCounts>;
  /** Returns the reasons of the dead letters added since the previous call. */
  readonly takeReasons: () => readonly string[];
}

/** Logs each invocation in one line, which includes its metrics, and its dead letters by reason in further lines. */
export function instrumentedSink({
  take,
  takeReasons,
  ...deps
}: InstrumentedDeps): (event: MSKEvent) => Promise<SinkCounts> {
  return instrumentedEvent({
    ...deps,
    handle: take,
    lines: (counts, about, nowMs) => [
      { message: 'taken', ...countMetrics(counts, about, nowMs) },
      ...[...countsOf(takeReasons())].map(([reason, byReason]) => ({
        level: 'WARN',
        message: 'dead letters',
        ...reasonMetric(reason, byReason, nowMs),
      })),
    ],
  });
}

/** The metrics by stream. */
const BY_STREAM = { deadLetters: STREAM, newestAge: STREAM };

function countMetrics(counts: SinkCounts, { stream, newestMs }: AboutEvent, nowMs: number) {
  // A record without a timestamp has no age.
  const newestAge = newestMs > 0 ? Math.max(0, nowMs - newestMs) : undefined;
  return metricFields({
    namespace: METRICS_NAMESPACE,
    declared: sinkMetrics,
    values: { ...counts, ...(newestAge === undefined ? {} : { newestAge }) },
    dimensions: { [STREAM]: stream },
    countedBy: BY_STREAM,
    nowMs,
  });
}

function countsOf(reasons: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}

/** Each reason gets its own line: CloudWatch reads one value of a dimension from a line. */
function reasonMetric(reason: string, byReason: number, nowMs: number) {
  return metricFields({
    namespace: METRICS_NAMESPACE,
    declared: deadLetterMetrics,
    values: { byReason },
    dimensions: { [REASON]: reason },
    countedBy: { byReason: REASON },
    nowMs,
  });
}
