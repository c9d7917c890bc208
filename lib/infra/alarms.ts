import { Duration } from 'aws-cdk-lib';
import { Metric as CloudWatchMetric, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Contract } from '../contracts/contract.ts';
import { METRICS_NAMESPACE, type Metric, STREAM, sinkMetrics, transformMetrics } from '../derive/metrics.ts';
import { type ReaderName, readerNames, topicReaders } from '../derive/topic-readers.ts';
import type { Deployment, Warehouse } from './deployment.ts';
import { deploymentName, pascalCase } from './naming.ts';
import type { ProcessingStack } from './processing-stack.ts';
import type { Recount } from './recount.ts';
import type { Transform } from './transform.ts';

/** An alarm, and what it watches. */
export interface AlarmRule {
  readonly id: string;
  /** The id of its article in docs/runbook.md; by default, its own id. */
  readonly article?: string;
  /** The problem that it reports. */
  readonly means: string;
  readonly metric: IMetric;
  /** A missing period counts as 0, which triggers alarms on low values. */
  readonly rings: { readonly above: number } | { readonly below: number };
  /** How many consecutive periods. */
  readonly periods: number;
}

export const FIVE_MINUTES = Duration.minutes(5);

/** A metric that Weir's functions emit, over all streams. */
export function ownMetric({ name }: Metric, statistic: string, period = FIVE_MINUTES): CloudWatchMetric {
  return new CloudWatchMetric({ namespace: METRICS_NAMESPACE, metricName: name, statistic, period });
}

/** More than a minute at 1,000 events per second, the longest that a batch may wait. */
const MAX_WAITING_RECORDS = 100_000;

/** A reader fails, or falls behind: `SinkErrors`, `SinkLag`. */
function readerAlarms(reader: ReaderName, { fn }: { readonly fn: IFunction }): readonly AlarmRule[] {
  const { failing, lagging } = topicReaders[reader];
  const id = pascalCase(reader);
  return [
    {
      id: `${id}Errors`,
      means: failing,
      metric: fn.metricErrors({ period: FIVE_MINUTES }),
      rings: { above: 0 },
      periods: 3,
    },
    {
      id: `${id}Lag`,
      means: lagging,
      metric: fn.metric('OffsetLag', { statistic: Stats.MAXIMUM, period: FIVE_MINUTES }),
      rings: { above: MAX_WAITING_RECORDS },
      periods: 3,
    },
  ];
}

/**
 * For each stream: no record has reached the sink. A mapping that is disabled or cannot connect reports neither errors,
 * lag nor age; only its stream falls silent.
 */
export function silenceAlarms(
  { silenceAlarmMinutes, quietStreams }: Pick<Deployment, 'silenceAlarmMinutes' | 'quietStreams'>,
  contracts: readonly Contract[],
): readonly AlarmRule[] {
  const expected = contracts.filter(({ name }) => !quietStreams.includes(name));
  return expected.map(({ name }) => ({
    id: `StreamSilent${pascalCase(name)}`,
    article: 'StreamSilent',
    means: `No record of ${name} has reached the sink for ${silenceAlarmMinutes} minutes.`,
    metric: new CloudWatchMetric({
      namespace: METRICS_NAMESPACE,
      metricName: sinkMetrics.newestAge.name,
      dimensionsMap: { [STREAM]: name },
      statistic: Stats.SAMPLE_COUNT,
      period: FIVE_MINUTES,
    }),
    rings: { below: 1 },
    periods: silenceAlarmMinutes / FIVE_MINUTES.toMinutes(),
  }));
}

/** Calls that were accepted for a function and then dropped: throttled for an hour, or failed after the last retry. */
function droppedRuns(id: string, { fn }: { readonly fn: IFunction }, period: Duration, periods: number): AlarmRule {
  return {
    id,
    article: 'RunsDropped',
    means: 'Lambda dropped runs that the scheduler had handed over: they were throttled for an hour, or failed.',
    metric: fn.metric('AsyncEventsDropped', { statistic: Stats.SUM, period }),
    rings: { above: 0 },
    periods,
  };
}

/** If the function that queries the brokers fails, so does this one. */
function recountAlarms({ recount }: Recount): readonly AlarmRule[] {
  return [
    droppedRuns('RecountDropped', recount, FIVE_MINUTES, 3),
    {
      id: 'RecountErrors',
      means: 'What live metrics lack is not counted from the lake.',
      metric: recount.fn.metricErrors({ period: FIVE_MINUTES }),
      rings: { above: 0 },
      periods: 3,
    },
  ];
}

/** Alarms on the path of events into the lake. */
export function processingAlarms(processing: ProcessingStack): readonly AlarmRule[] {
  const { deployment, readers, generate, recount, scheduleDeadLetters } = processing;
  return [
    ...(generate === null || !deployment.generate ? [] : [droppedRuns('GenerateDropped', generate, FIVE_MINUTES, 3)]),
    ...readerNames.flatMap((name) => (readers[name] === null ? [] : readerAlarms(name, readers[name]))),
    ...(recount === null ? [] : recountAlarms(recount)),
    {
      id: 'NewestRowAge',
      means: 'Rows are in the lake late, even the newest of a batch.',
      metric: ownMetric(sinkMetrics.newestAge, Stats.MAXIMUM),
      rings: { above: Duration.minutes(10).toMilliseconds() },
      periods: 3,
    },
    {
      id: 'DeadLetters',
      means: 'Records arrived that their contract does not accept.',
      metric: ownMetric(sinkMetrics.deadLetters, Stats.SUM),
      rings: { above: 0 },
      periods: 1,
    },
    {
      id: 'ScheduleNotCalled',
      means: 'The scheduler could not call a function at its time.',
      metric: scheduleDeadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      rings: { above: 0 },
      periods: 1,
    },
  ];
}

/** The share of a limit at which to notify, early enough to act. */
export const USAGE_WARNING = 0.8;

/** Alarms on the warehouse and the models that run in it. */
export function warehouseAlarms(
  deployment: { readonly name: string },
  { dailyRpuHours }: Warehouse,
  { transform }: Transform,
): readonly AlarmRule[] {
  const [hour, day] = [Duration.hours(1), Duration.days(1)];
  return [
    droppedRuns('TransformDropped', transform, hour, 2),
    {
      id: 'TransformMissing',
      means: 'No run of the models has come to its end for three hours.',
      metric: ownMetric(transformMetrics.lateness, Stats.SAMPLE_COUNT, hour),
      rings: { below: 1 },
      periods: 3,
    },
    {
      id: 'TransformErrors',
      means: 'Two runs of the models in a row ended early or not at all.',
      metric: transform.fn.metricErrors({ period: hour }),
      rings: { above: 0 },
      periods: 2,
    },
    {
      id: 'TransformFailures',
      means: 'A model could not be run over an hour: what it publishes stays as it was, and so does all that reads it.',
      metric: ownMetric(transformMetrics.failures, Stats.SUM),
      rings: { above: 0 },
      periods: 1,
    },
    {
      id: 'DataTestFailures',
      means: 'Data broke a rule of its model, which was rolled back.',
      metric: ownMetric(transformMetrics.testFailures, Stats.SUM),
      rings: { above: 0 },
      periods: 1,
    },
    {
      id: 'TransformLateness',
      means: 'An hour that ended more than three hours ago is not wholly published.',
      metric: ownMetric(transformMetrics.lateness, Stats.MAXIMUM, hour),
      rings: { above: Duration.hours(3).toSeconds() },
      periods: 1,
    },
    {
      id: 'RedshiftUsage',
      means: 'Most of what the warehouse may use in a day is used; at the limit queries are refused.',
      metric: new CloudWatchMetric({
        namespace: 'AWS/Redshift-Serverless',
        metricName: 'ComputeSeconds',
        dimensionsMap: { Workgroup: deploymentName(deployment) },
        statistic: Stats.SUM,
        period: day,
      }),
      rings: { above: dailyRpuHours * Duration.hours(1).toSeconds() * USAGE_WARNING },
      periods: 1,
    },
  ];
}
