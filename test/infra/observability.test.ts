import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deadLetterMetrics, ingestMetrics, recountMetrics, transformMetrics } from '../../lib/derive/metrics.ts';
import { topicReaders } from '../../lib/derive/topic-readers.ts';
import { contracts } from '../fixtures/eleven-streams.ts';
import { alarmFindings } from '../support/alarm-findings.ts';
import { emittedMetrics } from '../support/emitted-metrics.ts';
import { ofType, only, prod, synthesised, type Templates } from '../support/synthesised.ts';

const templates = synthesised();
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const emitted = await emittedMetrics();
const alarms = [...ofType(templates, 'AWS::CloudWatch::Alarm').keys()];

describe('whoever is woken knows what to do', () => {
  it('each alarm has its article, and each article its alarm', () => {
    expect(alarmFindings(templates, runbook, emitted)).toEqual([]);
    expect(alarms.length).toBe(35);
  });

  it.each(alarms)('%s, taken away by hand, is missed', (id) => {
    const copy: Templates = structuredClone(templates);
    for (const stack of Object.values(copy)) delete (stack as Record<string, unknown>)[id];
    const findings = alarmFindings(copy, runbook, emitted);
    expect(findings).not.toEqual([]);
    for (const finding of findings) {
      expect(finding).toMatch(
        /^(article #\w+|stream [\w.]+|function \w+): expected an alarm( on [a-z ]+)?, found none$/,
      );
    }
  });

  it('an article without a part is found', () => {
    expect(alarmFindings(templates, runbook.replace('**Do.**', ''), emitted)).toEqual([
      expect.stringMatching(/^alarm SinkErrors.*lacks \*\*Do\.\*\*$/),
    ]);
  });
});

describe('silence is a fault', () => {
  const silenceOf = (found: Templates) =>
    [...ofType(found, 'AWS::CloudWatch::Alarm')].filter(([id]) => id.startsWith('StreamSilent'));

  it('of every stream, for as long as the deployment says, and missing data rings too', () => {
    const found = silenceOf(synthesised({ silenceAlarmMinutes: 45 }));
    expect(found.length).toBe(contracts.length);
    for (const [, { Properties }] of found) {
      expect(Properties).toMatchObject({
        Namespace: 'Weir',
        MetricName: 'NewestRowAge',
        Statistic: 'SampleCount',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Period: 300,
        EvaluationPeriods: 9,
        TreatMissingData: 'breaching',
      });
    }
  });

  it('but of those that may be quiet', () => {
    const found = silenceOf(synthesised({ quietStreams: ['people.profiles'] }));
    expect(found.map(([id]) => id)).not.toContainEqual(expect.stringContaining('PeopleProfiles'));
    expect(found.length).toBe(contracts.length - 1);
  });

  it('of the models’ runs too: three hours without one that came to its end', () => {
    const [, alarm] =
      [...ofType(templates, 'AWS::CloudWatch::Alarm')].find(([id]) => id.startsWith('TransformMissing')) ?? [];
    expect(alarm?.Properties).toMatchObject({
      MetricName: 'TransformLateness',
      Statistic: 'SampleCount',
      Period: 3600,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });
});

describe('what alarms and dashboard watch is what functions emit', () => {
  it('every metric that is declared is in some line of a function, with its unit', () => {
    const ofReaders = Object.values(topicReaders).map(({ metrics }) => metrics);
    const declared = [...ofReaders, deadLetterMetrics, ingestMetrics, recountMetrics, transformMetrics].flatMap(
      (metrics) => Object.values<{ name: string; unit: string }>(metrics),
    );
    const told = new Set(emitted.map(({ namespace, name, unit }) => `${namespace} ${name} ${unit}`));
    expect([...told].sort()).toEqual(declared.map(({ name, unit }) => `Weir ${name} ${unit}`).sort());
  });

  it('a metric that is emitted no more is missed by the alarm that watches it', () => {
    const watched = [
      ...['TransformFailures', 'DataTestFailures', 'TransformLateness', 'DeadLetters', 'NewestRowAge'],
      ...['RefusedEvents', 'UnacknowledgedEvents'],
    ];
    for (const name of watched) {
      const without = emitted.filter((metric) => metric.name !== name);
      const findings = alarmFindings(templates, runbook, without);
      expect(findings).not.toEqual([]);
      for (const finding of findings) {
        expect(finding).toMatch(new RegExp(`^alarm \\w+: watches ${name}, which nobody emits$`));
      }
    }
  });

  it('each line of the dashboard that searches finds something', () => {
    const body = JSON.stringify(only(templates, 'AWS::CloudWatch::Dashboard'));
    const searches = [...body.matchAll(/SEARCH\('\{(\w+),(\w+)\} MetricName=\\*"(\w+)/g)];
    expect(searches.length).toBe(3);
    for (const [, namespace, dimension, name] of searches) {
      expect(emitted).toContainEqual(expect.objectContaining({ namespace, name, dimensions: [dimension] }));
    }
  });
});

describe('somebody is notified', () => {
  it('at the address that the deployment names, over TLS', () => {
    const found = synthesised(prod);
    expect(only(found, 'AWS::SNS::Subscription')).toMatchObject({ Protocol: 'email', Endpoint: prod.alarmEmail });
    for (const { Properties } of ofType(found, 'AWS::CloudWatch::Alarm').values()) {
      expect(Properties?.AlarmActions).toHaveLength(1);
    }
  });

  it('of what the month has cost so far, which needs no history, and of the forecast', () => {
    expect(only(synthesised(prod), 'AWS::Budgets::Budget')).toMatchObject({
      Budget: {
        BudgetLimit: { Amount: prod.monthlyBudgetDollars, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:weir$prod'] },
      },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'ACTUAL', Threshold: 50 } },
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } },
        { Notification: { NotificationType: 'ACTUAL', Threshold: 100 } },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
      ],
    });
  });
});

describe('the dashboard', () => {
  it('is one, and shows every metric that alarms watch', () => {
    const body = JSON.stringify(only(templates, 'AWS::CloudWatch::Dashboard'));
    const watched = [...ofType(templates, 'AWS::CloudWatch::Alarm').values()]
      .filter(({ Properties }) => Properties?.Namespace === 'Weir')
      .map(({ Properties }) => String(Properties?.MetricName));
    for (const name of watched) expect(body).toContain(name);
  });
});
