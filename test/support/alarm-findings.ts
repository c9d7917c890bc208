import { METRICS_NAMESPACE, sinkMetrics, transformMetrics } from '../../lib/derive/metrics.ts';
import { ofType, type Templates } from './synthesised.ts';

const emitted = [...Object.values(sinkMetrics), ...Object.values(transformMetrics)].map(({ name }) => String(name));
const PARTS = ['**Means.**', '**Look at.**', '**Do.**', '**Over when**'];

/** An alarm without a whole article, an article without an alarm, or an alarm on a metric that nobody emits. */
export function alarmFindings(templates: Templates, runbook: string): readonly string[] {
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
    const { Namespace, MetricName } = Properties;
    if (Namespace === METRICS_NAMESPACE && !emitted.includes(String(MetricName))) {
      findings.push(`alarm ${id}: watches ${MetricName}, which nobody emits`);
    }
  }
  const orphans = [...articles.keys()].filter((anchor) => !linked.has(anchor));
  return [...findings, ...orphans.map((anchor) => `article #${anchor}: expected an alarm, found none`)];
}
