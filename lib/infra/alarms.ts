import { Duration } from 'aws-cdk-lib';
import { Metric as CloudWatchMetric, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Contract } from '../contracts/contract.ts';
import {
  type AlarmRule,
  alarmRules,
  FIVE_MINUTES,
  readerErrors,
  readerLag,
  redshiftUsage,
  runsDropped,
  streamSilent,
} from '../derive/alarm-rules.ts';
import { METRICS_NAMESPACE, type Metric, STREAM, sinkMetrics, transformMetrics } from '../derive/metrics.ts';
import { type ReaderName, readerNames } from '../derive/topic-readers.ts';
import type { Deployment, Warehouse } from './deployment.ts';
import { deploymentName, pascalCase } from './naming.ts';
import type { ProcessingStack } from './processing-stack.ts';
import type { Recount } from './recount.ts';
import type { Transform } from './transform.ts';

/** A rule, and the CloudWatch metric that it watches. */
export interface Watched {
  readonly rule: AlarmRule;
  readonly metric: IMetric;
}

/** @param metricOver the metric, by the length of a period */
export function watched(rule: AlarmRule, metricOver: (period: Duration) => IMetric): Watched {
  return { rule, metric: metricOver(Duration.seconds(rule.periodSeconds)) };
}

/** A metric that Weir's functions emit, over all streams. */
export function ownMetric(
  { name }: Metric,
  statistic: string,
  period = Duration.seconds(FIVE_MINUTES),
): CloudWatchMetric {
  return new CloudWatchMetric({ namespace: METRICS_NAMESPACE, metricName: name, statistic, period });
}

/** A reader fails, or falls behind: `SinkErrors`, `SinkLag`. */
function readerAlarms(reader: ReaderName, { fn }: { readonly fn: IFunction }): readonly Watched[] {
  return [
    watched(readerErrors(reader), (period) => fn.metricErrors({ period })),
    watched(readerLag(reader), (period) => fn.metric('OffsetLag', { statistic: Stats.MAXIMUM, period })),
  ];
}

/** One alarm for each stream, unless it may be quiet. */
export function silenceAlarms(
  { silenceAlarmMinutes, quietStreams }: Pick<Deployment, 'silenceAlarmMinutes' | 'quietStreams'>,
  contracts: readonly Contract[],
): readonly Watched[] {
  const expected = contracts.filter(({ name }) => !quietStreams.includes(name));
  return expected.map(({ name }) =>
    watched(
      streamSilent(name, silenceAlarmMinutes, pascalCase(name)),
      (period) =>
        new CloudWatchMetric({
          namespace: METRICS_NAMESPACE,
          metricName: sinkMetrics.newestAge.name,
          dimensionsMap: { [STREAM]: name },
          statistic: Stats.SAMPLE_COUNT,
          period,
        }),
    ),
  );
}

function droppedRuns(rule: AlarmRule, { fn }: { readonly fn: IFunction }): Watched {
  return watched(rule, (period) => fn.metric('AsyncEventsDropped', { statistic: Stats.SUM, period }));
}

/** If the function that queries the brokers fails, so does this one. */
function recountAlarms({ recount }: Recount): readonly Watched[] {
  return [
    droppedRuns(runsDropped('RecountDropped'), recount),
    watched(alarmRules.recountErrors, (period) => recount.fn.metricErrors({ period })),
  ];
}

/** Alarms on the path of events into the lake. */
export function processingAlarms(processing: ProcessingStack): readonly Watched[] {
  const { deployment, readers, generate, recount, scheduleDeadLetters } = processing;
  return [
    ...(generate === null || !deployment.generate ? [] : [droppedRuns(runsDropped('GenerateDropped'), generate)]),
    ...readerNames.flatMap((name) => (readers[name] === null ? [] : readerAlarms(name, readers[name]))),
    ...(recount === null ? [] : recountAlarms(recount)),
    watched(alarmRules.newestRowAge, (period) => ownMetric(sinkMetrics.newestAge, Stats.MAXIMUM, period)),
    watched(alarmRules.deadLetters, (period) => ownMetric(sinkMetrics.deadLetters, Stats.SUM, period)),
    watched(alarmRules.scheduleNotCalled, (period) =>
      scheduleDeadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    ),
  ];
}

/** Alarms on the warehouse and the models that run in it. */
export function warehouseAlarms(
  deployment: { readonly name: string },
  { dailyRpuHours }: Warehouse,
  { transform }: Transform,
): readonly Watched[] {
  const { failures, testFailures, lateness } = transformMetrics;
  return [
    droppedRuns(
      runsDropped('TransformDropped', { periodSeconds: Duration.hours(1).toSeconds(), periods: 2 }),
      transform,
    ),
    watched(alarmRules.transformMissing, (period) => ownMetric(lateness, Stats.SAMPLE_COUNT, period)),
    watched(alarmRules.transformErrors, (period) => transform.fn.metricErrors({ period })),
    watched(alarmRules.transformFailures, (period) => ownMetric(failures, Stats.SUM, period)),
    watched(alarmRules.dataTestFailures, (period) => ownMetric(testFailures, Stats.SUM, period)),
    watched(alarmRules.transformLateness, (period) => ownMetric(lateness, Stats.MAXIMUM, period)),
    watched(
      redshiftUsage(dailyRpuHours),
      (period) =>
        new CloudWatchMetric({
          namespace: 'AWS/Redshift-Serverless',
          metricName: 'ComputeSeconds',
          dimensionsMap: { Workgroup: deploymentName(deployment) },
          statistic: Stats.SUM,
          period,
        }),
    ),
  ];
}
