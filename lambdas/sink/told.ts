import type { MSKEvent } from 'aws-lambda';
import { deadLetterMetrics, METRICS_NAMESPACE, REASON, STREAM, sinkMetrics } from '../../lib/derive/metrics.ts';
import type { SinkStream } from '../../lib/pipeline/batch.ts';
import type { Clock } from '../../lib/pipeline/ports.ts';
import type { SinkCounts } from '../../lib/pipeline/sink.ts';
import { metricFields } from '../log-line.ts';

interface ToldDeps {
  readonly take: (event: MSKEvent) => Promise<SinkCounts>;
  readonly streamOf: (topic: string) => SinkStream;
  readonly clock: Pick<Clock, 'now'>;
  /** The reasons of the dead letters that were added since it was asked last. */
  readonly takeReasons: () => readonly string[];
  readonly tell: (line: Readonly<Record<string, unknown>>) => void;
}

/** Tells of each invocation in one line, which has its metrics too; of a failed one with what went wrong. */
export function told({ take, streamOf, clock, takeReasons, tell }: ToldDeps): (event: MSKEvent) => Promise<SinkCounts> {
  return async (event) => {
    const startedMs = clock.now();
    const about = aboutEvent(event, streamOf);
    try {
      const counts = await take(event);
      const nowMs = clock.now();
      // A record without a timestamp has no age.
      const newestAge = about.newestMs > 0 ? Math.max(0, nowMs - about.newestMs) : undefined;
      const { stream } = about;
      const values = { ...counts, ...(newestAge === undefined ? {} : { newestAge }) };
      const metrics = {
        namespace: METRICS_NAMESPACE,
        declared: sinkMetrics,
        values,
        dimensions: { [STREAM]: stream },
        countedBy: BY_STREAM,
      };
      tell({
        level: 'INFO',
        message: 'taken',
        ...place(about),
        durationMs: nowMs - startedMs,
        ...metricFields({ ...metrics, nowMs }),
      });
      for (const [reason, byReason] of countsOf(takeReasons())) {
        tell({ level: 'WARN', message: 'dead letters', ...place(about), ...reasonMetric(reason, byReason, nowMs) });
      }
      return counts;
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      tell({ level: 'ERROR', message: 'not taken; the batch will come again', ...place(about), found });
      throw error;
    }
  };
}

function countsOf(reasons: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}

/** A line of its own for each: CloudWatch takes one value of a dimension out of a line. */
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

/** What is worth a metric of each stream. */
const BY_STREAM = { deadLetters: STREAM, newestAge: STREAM };

interface About {
  readonly stream: string;
  readonly topic: string;
  readonly kafkaPartitions: readonly { readonly kafkaPartition: number; readonly from: number; readonly to: number }[];
  readonly newestMs: number;
}

/** An event source mapping reads one topic, so that an event has records of one. */
function aboutEvent({ records }: MSKEvent, streamOf: ToldDeps['streamOf']): About {
  const groups = Object.values(records).filter((group) => group.length > 0);
  const topic = groups[0]?.[0]?.topic ?? '';
  return {
    topic,
    stream: streamOf(topic).contract?.name ?? topic,
    kafkaPartitions: groups.map((group) => ({
      kafkaPartition: group[0]?.partition ?? 0,
      from: group[0]?.offset ?? 0,
      to: group.at(-1)?.offset ?? 0,
    })),
    newestMs: Math.max(-1, ...groups.map((group) => group.at(-1)?.timestamp ?? -1)),
  };
}

const place = ({ topic, kafkaPartitions }: About) => ({ topic, kafkaPartitions });
