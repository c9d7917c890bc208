import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Contract } from '../contracts/contract.ts';
import {
  deadLetterMetrics,
  ingestMetrics,
  METRICS_NAMESPACE,
  type Metric,
  REASON,
  recountMetrics,
  STREAM,
  sinkMetrics,
  transformMetrics,
} from '../derive/metrics.ts';
import { readerNames, topicReaders } from '../derive/topic-readers.ts';
import { ownMetric, processingAlarms, silenceAlarms, type Watched, warehouseAlarms } from './alarms.ts';
import type { ApiStack } from './api-stack.ts';
import type { Deployment } from './deployment.ts';
import { apiMetric, liveAlarms, storeMetric } from './live-alarms.ts';
import { pascalCase } from './naming.ts';
import type { ProcessingStack } from './processing-stack.ts';
import type { LiveStore } from './store-stack.ts';
import { WeirStack } from './weir-stack.ts';

/** The runbook that notifications link to. */
const RUNBOOK = 'docs/runbook.md';

/**
 * When the budget sends a notification, in percent of the amount. Budgets forecast only after about five weeks of data,
 * so a new account is warned by its actual spending.
 * @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html
 */
const BUDGET_WARNINGS = [
  { notificationType: 'ACTUAL', threshold: 50 },
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
];

/** The resources that are monitored. */
interface ObservabilityProps {
  readonly processing: ProcessingStack;
  /** null without live metrics, like the store. */
  readonly api: ApiStack | null;
  readonly store: LiveStore | null;
  readonly contracts: readonly Contract[];
}

/** One dashboard, and the alarms, each with its article in the runbook. */
export class ObservabilityStack extends WeirStack {
  constructor(scope: Construct, deployment: Deployment, props: ObservabilityProps) {
    super(scope, 'Observability', deployment, 'dashboard, alarms and budget');
    const { processing, api, store, contracts } = props;
    const { warehouse, live } = deployment;
    const { transform } = processing;
    const alarms = [
      ...processingAlarms(processing),
      ...silenceAlarms(deployment, processing.readers.sink === null ? [] : contracts),
      ...(live === null || api === null || store === null ? [] : liveAlarms({ live, api, store })),
      ...(warehouse === null || transform === null ? [] : warehouseAlarms(deployment, warehouse, transform)),
    ];
    const notified = this.addNotified();
    for (const alarm of alarms) this.addAlarm(alarm, notified);
    this.addDashboard(props);
    this.addBudget();
  }

  /** The subscribers of alarms; none if no address is given. */
  private addNotified(): Topic | null {
    const { alarmEmail } = this.deployment;
    if (alarmEmail === null) return null;
    const topic = new Topic(this, 'Told', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  private addAlarm({ rule, metric }: Watched, notified: Topic | null): void {
    const { id, article, means, threshold, periods } = rule;
    const condition =
      'above' in threshold
        ? {
            threshold: threshold.above,
            comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.NOT_BREACHING,
          }
        : {
            threshold: threshold.below,
            comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.BREACHING,
          };
    const alarm = new Alarm(this, id, {
      alarmDescription: `${means} ${RUNBOOK}#${article.toLowerCase()}`,
      metric,
      evaluationPeriods: periods,
      ...condition,
    });
    if (notified !== null) alarm.addAlarmAction(new SnsAction(notified));
  }

  private addDashboard({ processing: { readers, transform, recount }, api, store }: ObservabilityProps): void {
    const dashboard = new Dashboard(this, 'Dashboard', {});
    const row = (...graphs: readonly (readonly [title: string, ...metrics: IMetric[]])[]) =>
      dashboard.addWidgets(
        ...graphs.map(([title, ...left]) => new GraphWidget({ title, left, width: 24 / graphs.length })),
      );
    dashboard.addWidgets(
      new TextWidget({ markdown: `What alarms mean and what to do: ${RUNBOOK}`, width: 24, height: 1 }),
    );
    row(
      ['Age of the newest row, by stream (ms)', by(STREAM, sinkMetrics.newestAge.name, Stats.MAXIMUM)],
      ['Dead letters by stream', by(STREAM, sinkMetrics.deadLetters.name, Stats.SUM)],
      ['Dead letters by reason', by(REASON, deadLetterMetrics.byReason.name, Stats.SUM)],
    );
    for (const name of readerNames) {
      const fn = readers[name]?.fn;
      if (fn === undefined) continue;
      const counts = Object.values<Metric>(topicReaders[name].metrics).filter(({ unit }) => unit === 'Count');
      row(
        [`${pascalCase(name)}: what it did`, ...counts.map((metric) => ownMetric(metric, Stats.SUM))],
        [`${pascalCase(name)}: records that wait in Kafka`, fn.metric('OffsetLag', { statistic: Stats.MAXIMUM })],
        [`${pascalCase(name)}: errors and throttles`, fn.metricErrors(), fn.metricThrottles()],
        [
          `${pascalCase(name)}: duration (ms)`,
          fn.metricDuration({ statistic: Stats.percentile(50) }),
          fn.metricDuration({ statistic: Stats.percentile(99) }),
        ],
      );
    }
    if (api !== null && store !== null) {
      row(
        ['API: requests', apiMetric(api, 'Count', Stats.SUM)],
        ['API: errors', apiMetric(api, '4xx', Stats.SUM), apiMetric(api, '5xx', Stats.SUM)],
        ['API: time of an answer (ms)', apiMetric(api, 'Latency', 'p50'), apiMetric(api, 'Latency', 'p99')],
        ['Ingest: events', ...Object.values(ingestMetrics).map((metric) => ownMetric(metric, Stats.SUM))],
        ['Store: bytes', storeMetric(store, 'BytesUsedForCache', Stats.MAXIMUM)],
      );
    }
    if (recount !== null) {
      row(
        ['Recount: offsets', ...Object.values(recountMetrics).map((metric) => ownMetric(metric, Stats.MAXIMUM))],
        ['Recount: errors', recount.recount.fn.metricErrors(), recount.offsets.fn.metricErrors()],
        ['Recount: duration (ms)', recount.recount.fn.metricDuration({ statistic: Stats.MAXIMUM })],
      );
    }
    if (transform !== null) {
      row(
        [
          'Transform: failures',
          ownMetric(transformMetrics.failures, Stats.SUM),
          ownMetric(transformMetrics.testFailures, Stats.SUM),
        ],
        ['Transform: lateness (s)', ownMetric(transformMetrics.lateness, Stats.MAXIMUM)],
        ['Transform: runs that ended early', transform.transform.fn.metricErrors()],
        ['Transform: duration (ms)', transform.transform.fn.metricDuration({ statistic: Stats.MAXIMUM })],
      );
    }
  }

  /** Covers resources with this deployment's tag, once the account reports costs by that tag. */
  private addBudget(): void {
    const { alarmEmail, monthlyBudgetDollars, name } = this.deployment;
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudgetDollars, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:weir$${name}`] },
      },
      notificationsWithSubscribers:
        alarmEmail === null
          ? undefined
          : BUDGET_WARNINGS.map((warning) => ({
              notification: { comparisonOperator: 'GREATER_THAN', ...warning },
              subscribers: [{ subscriptionType: 'EMAIL', address: alarmEmail }],
            })),
    });
  }
}

/** One line for each value of a dimension, including values that appear later. */
function by(dimension: string, metricName: string, statistic: string): IMetric {
  const search = `SEARCH('{${METRICS_NAMESPACE},${dimension}} MetricName="${metricName}"', '${statistic}', 300)`;
  return new MathExpression({ expression: search, label: '', usingMetrics: {} });
}
