import type { IngestPorts } from '../../lib/api/ingest/ingest-routes.ts';
import { ingestMetrics, METRICS_NAMESPACE } from '../../lib/derive/metrics.ts';
import type { EventOutcome } from '../../lib/pipeline/ingest/ingest.ts';
import type { Clock } from '../../lib/pipeline/ports.ts';
import { metricFields } from '../log-line.ts';

interface InstrumentedDeps {
  readonly ingesters: IngestPorts['ingesters'];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** Wraps the ingesters so that each request is logged in one line, which includes its metrics. */
export function instrumentedIngesters({ ingesters, clock, log }: InstrumentedDeps): IngestPorts['ingesters'] {
  const instrumented = [...ingesters].map(([stream, ingester]) => {
    const ingest: typeof ingester.ingest = async (events, options) => {
      const startedMs = clock.now();
      const ingested = await ingester.ingest(events, options);
      const nowMs = clock.now();
      const line = { stream, durationMs: nowMs - startedMs };
      if (ingested === 'busy') log({ level: 'WARN', message: 'busy; nothing of the request was taken', ...line });
      else log({ level: 'INFO', message: 'ingested', ...line, ...countMetrics(ingested.outcomes, nowMs) });
      return ingested;
    };
    return [stream, { ...ingester, ingest }] as const;
  });
  return new Map(instrumented);
}

function countMetrics(outcomes: readonly EventOutcome[], nowMs: number) {
  const countOf = (status: EventOutcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  return metricFields({
    namespace: METRICS_NAMESPACE,
    declared: ingestMetrics,
    values: {
      accepted: countOf('accepted'),
      refused: countOf('refused'),
      unacknowledged: countOf('unacknowledged'),
    },
    dimensions: {},
    nowMs,
  });
}
