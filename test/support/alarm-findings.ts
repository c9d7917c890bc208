import { METRICS_NAMESPACE } from '../../lib/derive/metrics.ts';
import type { EmittedMetric } from './emitted-metrics.ts';
import { ofType, type Templates } from './synthesised.ts';

const PARTS = ['**Means.**', '**Look at.**', '**Do.**', '**Over when**'];

/** An alarm without a whole article, an article without an alarm, or an alarm on a metric that nobody emits. */
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
  // Budgets are no alarms of CloudWatch, and their letters have no room for a link.
  const [budgets, article] = [ofType(templates, 'AWS::Budgets::Budget').size, articles.get('budget') ?? ''];
  if (budgets > 0) {
    linked.add('budget');
    const missing = PARTS.filter((part) => !article.includes(part));
    if (missing.length > 0) findings.push(`the budget: its article lacks ${missing.join(', ')}`);
  }
  const orphans = [...articles.keys()].filter((anchor) => !linked.has(anchor));
  return [...findings, ...orphans.map((anchor) => `article #${anchor}: expected an alarm, found none`)];
}
