import { localRules } from '../../lib/derive/alarm-rules.ts';
import { METRICS_NAMESPACE } from '../../lib/derive/metrics.ts';
import type { EmittedMetric } from './emitted-metrics.ts';
import { ofType, type Templates } from './synthesised.ts';

const PARTS = ['**Means.**', '**Look at.**', '**Do.**', '**Over when**'];

/**
 * Alarms without a complete article, articles without an alarm, alarms on a metric that is never emitted, and resources
 * that should be watched and are not.
 */
export function alarmFindings(
  templates: Templates,
  runbook: string,
  emitted: readonly EmittedMetric[],
): readonly string[] {
  const articles = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.split('\n', 1)[0]?.toLowerCase() ?? '', text]),
  );
  const linked = new Set<string>();
  const findings: string[] = [];
  for (const [id, { Properties = {} }] of ofType(templates, 'AWS::CloudWatch::Alarm')) {
    const [, anchor = ''] = /docs\/runbook\.md#(\w+)$/.exec(String(Properties.AlarmDescription)) ?? [];
    linked.add(anchor);
    const missing = PARTS.filter((part) => !articles.get(anchor)?.includes(part));
    if (missing.length > 0) findings.push(`alarm ${id}: its article #${anchor} lacks ${missing.join(', ')}`);
    const { Namespace, MetricName, Dimensions = [] } = Properties;
    const dimensions = (Dimensions as readonly { readonly Name: string }[]).map(({ Name }) => Name).join();
    const isEmitted = emitted.some(
      (one) => one.namespace === Namespace && one.name === MetricName && one.dimensions.join() === dimensions,
    );
    if (Namespace === METRICS_NAMESPACE && !isEmitted) {
      findings.push(`alarm ${id}: watches ${MetricName}, which nobody emits`);
    }
  }
  // Budgets are not CloudWatch alarms, and their notifications have no room for a link.
  const [budgets, article] = [ofType(templates, 'AWS::Budgets::Budget').size, articles.get('budget') ?? ''];
  if (budgets > 0) {
    linked.add('budget');
    const missing = PARTS.filter((part) => !article.includes(part));
    if (missing.length > 0) findings.push(`the budget: its article lacks ${missing.join(', ')}`);
  }
  // A local pipeline evaluates these, and a deployment does not.
  for (const { id, article } of Object.values(localRules)) {
    const anchor = article.toLowerCase();
    linked.add(anchor);
    const missing = PARTS.filter((part) => !articles.get(anchor)?.includes(part));
    if (missing.length > 0) findings.push(`local rule ${id}: its article #${anchor} lacks ${missing.join(', ')}`);
  }
  const orphans = [...articles.keys()].filter((anchor) => !linked.has(anchor));
  const unwatched = [...silentStreams(templates), ...droppingFunctions(templates)];
  return [...findings, ...unwatched, ...orphans.map((anchor) => `article #${anchor}: expected an alarm, found none`)];
}

const alarmsOn = (templates: Templates, metric: string, statistic: string) =>
  [...ofType(templates, 'AWS::CloudWatch::Alarm').values()]
    .map(({ Properties = {} }) => Properties)
    .filter(({ MetricName, Statistic }) => MetricName === metric && Statistic === statistic)
    .map(({ Dimensions }) => JSON.stringify(Dimensions));

/** Streams that reach the sink and whose silence raises no alarm. */
function silentStreams(templates: Templates): readonly string[] {
  const watched = alarmsOn(templates, 'NewestRowAge', 'SampleCount');
  return [...ofType(templates, 'AWS::Lambda::EventSourceMapping').values()].flatMap(({ Properties = {} }) => {
    const { ConsumerGroupId } = Properties.AmazonManagedKafkaEventSourceConfig as { readonly ConsumerGroupId: string };
    const [, stream] = /-sink-(.*)$/.exec(ConsumerGroupId) ?? [];
    const isWatched = watched.some((dimensions) => dimensions === JSON.stringify([{ Name: 'stream', Value: stream }]));
    return stream === undefined || isWatched ? [] : [`stream ${stream}: expected an alarm on its silence, found none`];
  });
}

/** Functions that are called asynchronously and whose dropped events raise no alarm. */
function droppingFunctions(templates: Templates): readonly string[] {
  const watched = alarmsOn(templates, 'AsyncEventsDropped', 'Sum');
  return [...ofType(templates, 'AWS::Scheduler::Schedule').values()].flatMap(({ Properties = {} }) => {
    const { Arn } = Properties.Target as { readonly Arn: { readonly 'Fn::GetAtt': readonly [string, string] } };
    const [id] = Arn['Fn::GetAtt'];
    return watched.some((dimensions) => dimensions.includes(id))
      ? []
      : [`function ${id}: expected an alarm on dropped events, found none`];
  });
}
