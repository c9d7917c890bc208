import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmFindings } from '../support/alarm-findings.ts';
import { ofType, only, prod, synthesised, type Templates } from '../support/synthesised.ts';

const templates = synthesised();
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const alarms = [...ofType(templates, 'AWS::CloudWatch::Alarm').keys()];

describe('whoever is woken knows what to do', () => {
  it('each alarm has its article, and each article its alarm', () => {
    expect(alarmFindings(templates, runbook)).toEqual([]);
    expect(alarms.length).toBe(9);
  });

  it.each(alarms)('%s, taken away by hand, is missed', (id) => {
    const copy: Templates = structuredClone(templates);
    for (const stack of Object.values(copy)) delete (stack as Record<string, unknown>)[id];
    expect(alarmFindings(copy, runbook)).toEqual([
      expect.stringMatching(/^article #\w+: expected an alarm, found none$/),
    ]);
  });

  it('an article without a part is found', () => {
    expect(alarmFindings(templates, runbook.replace('**Do.**', ''))).toEqual([
      expect.stringMatching(/^alarm SinkErrors.*lacks \*\*Do\.\*\*$/),
    ]);
  });
});

describe('somebody is told', () => {
  it('at the address that the deployment names, over TLS', () => {
    const found = synthesised(prod);
    expect(only(found, 'AWS::SNS::Subscription')).toMatchObject({ Protocol: 'email', Endpoint: prod.alarmEmail });
    for (const { Properties } of ofType(found, 'AWS::CloudWatch::Alarm').values()) {
      expect(Properties?.AlarmActions).toHaveLength(1);
    }
  });

  it('of the month’s cost before it is spent', () => {
    expect(only(synthesised(prod), 'AWS::Budgets::Budget')).toMatchObject({
      Budget: {
        BudgetLimit: { Amount: prod.monthlyBudgetDollars, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:weir$prod'] },
      },
      NotificationsWithSubscribers: [{ Notification: { NotificationType: 'FORECASTED' } }],
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
