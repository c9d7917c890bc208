import type { Context, MSKEvent } from 'aws-lambda';
import { instrumentedIngesters } from '../../lambdas/ingest/instrumented.ts';
import { instrumentedMeter } from '../../lambdas/meter/instrumented.ts';
import { instrumentedRecount } from '../../lambdas/recount/instrumented.ts';
import { instrumentedRefine } from '../../lambdas/refine/instrumented.ts';
import { instrumentedSink } from '../../lambdas/sink/instrumented.ts';
import { scheduled } from '../../lambdas/transform/scheduled.ts';
import { streamsByTopic } from '../../lib/pipeline/streams-by-topic.ts';
import { contracts } from '../fixtures/eleven-streams.ts';

type Line = Readonly<Record<string, unknown>>;

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

/** A metric as CloudWatch extracts it from a log line. */
export interface EmittedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  /** The names of its dimensions. */
  readonly dimensions: readonly string[];
}

/** The metrics that CloudWatch finds in a line of a function's log: only those whose value is in the line. */
export function metricsIn(line: Line): readonly EmittedMetric[] {
  const { CloudWatchMetrics: directives = [] } = (line._aws ?? {}) as {
    readonly CloudWatchMetrics?: readonly Directive[];
  };
  return directives.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.filter(({ Name }) => typeof line[Name] === 'number').flatMap(({ Name, Unit }) =>
      Dimensions.map((dimensions) => ({ namespace: Namespace, name: Name, unit: Unit, dimensions })),
    ),
  );
}

/** Every metric that the functions emit, from the log lines of real calls. */
export async function emittedMetrics(): Promise<readonly EmittedMetric[]> {
  const lines: Line[] = [];
  const deps = {
    streamOf: streamsByTopic(contracts, { topics: new Map(), incarnations: new Map() }),
    clock: { now: () => 9_000 },
    log: (line: Line) => void lines.push(line),
  };
  const sink = { records: 1, rows: 0, deadLetters: 1, objects: 1 };
  await instrumentedSink({ ...deps, take: async () => sink, takeReasons: () => ['missing'] })(
    recordOf('shop.purchases'),
  );
  const refined = { records: 1, events: 2, skipped: 0 };
  await instrumentedRefine({ ...deps, refine: async () => refined })(recordOf('search.raw'));
  await instrumentedMeter({ ...deps, count: async () => ({ records: 1, events: 1, steps: 1 }) })(
    recordOf('shop.purchases'),
  );
  const ingest = async () => ({ outcomes: [{ status: 'unacknowledged' as const }] });
  const ingesters = new Map([['shop.purchases', { topic: 'shop.purchases', ingest }]]);
  const instrumented = instrumentedIngesters({ ...deps, ingesters }).get('shop.purchases');
  await instrumented?.ingest({ texts: [], areElements: false }, { allOrNothing: false });
  const recount = async () => ({ recounted: 1, uncounted: 0 });
  await instrumentedRecount({ ...deps, recount })({}, ENOUGH);
  const run = async () => ({ ...NOTHING_TO_DO, cutShort: false, lateSeconds: 0 });
  await scheduled({ ...deps, run, lastModelTakesMs: 1 })(
    { scheduledTime: '2026-01-31T13:05:00Z', lookBackHours: 1 },
    ENOUGH,
  );
  return lines.flatMap(metricsIn);
}

const NOTHING_TO_DO = { hours: 0, published: 0, unchanged: 0, stopped: 0, failures: [] };

const ENOUGH: Pick<Context, 'getRemainingTimeInMillis'> = { getRemainingTimeInMillis: () => 60_000 };

const recordOf = (topic: string): MSKEvent => ({
  eventSource: 'aws:kafka',
  eventSourceArn: 'arn',
  bootstrapServers: 'b-1:9098',
  records: {
    [`${topic}-0`]: [
      {
        topic,
        partition: 0,
        offset: 1,
        timestamp: 5_000,
        timestampType: 'LOG_APPEND_TIME',
        key: '',
        value: '',
        headers: [],
      },
    ],
  },
});
