import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { type HealthPorts, healthRoutes, type RuleState } from '../../lib/api/health-routes.ts';
import { served } from '../../lib/api/route.ts';
import { alarmRules, localRules } from '../../lib/derive/alarm-rules.ts';

const firing: RuleState = {
  ...{ rule: alarmRules.deadLetters, state: 'firing', sinceMs: Date.UTC(2026, 0, 31), why: null },
  findings: [
    {
      where: 'shop.orders',
      found: 'It refuses every event.',
      page: ['dead-letters'],
      query: { stream: 'shop.orders' },
    },
    { where: 'shop.refunds', found: 'It stopped.', page: null },
  ],
};
const elsewhere: RuleState = { rule: localRules.diskSpace, state: 'elsewhere', sinceMs: null, findings: [], why: null };

function apiOver(ports: Partial<HealthPorts>) {
  const none: HealthPorts = { rules: () => [], settings: [], runbook: async () => '' };
  return createApi({
    routes: served(healthRoutes, { ...none, ...ports }),
    report: (error) => {
      throw error;
    },
  });
}

const json = async (response: Response | Promise<Response>) => (await response).json();

describe('GET /health/rules', () => {
  it('answers each rule as data, with its state and what breaks it', async () => {
    const { rules } = (await json(apiOver({ rules: () => [firing, elsewhere] }).request('/health/rules'))) as {
      readonly rules: readonly Readonly<Record<string, unknown>>[];
    };
    expect(rules[0]).toEqual({
      ...{ id: 'DeadLetters', article: 'DeadLetters', means: alarmRules.deadLetters.means, measured: 'dead letters' },
      ...{ above: 0, below: null, period_seconds: 300, periods: 1 },
      ...{ state: 'firing', since: '2026-01-31T00:00:00.000Z', why: null },
      findings: [firing.findings[0], { where: 'shop.refunds', found: 'It stopped.', page: null, query: {} }],
    });
    expect(rules[1]).toMatchObject({ above: null, below: 536_870_912, state: 'elsewhere', since: null });
  });

  it('answers 304 while nothing changes', async () => {
    let states = [firing];
    const api = apiOver({ rules: () => states });
    const etag = (await api.request('/health/rules')).headers.get('etag') ?? '';
    const again = () => api.request('/health/rules', { headers: { 'if-none-match': etag } });
    expect((await again()).status).toBe(304);
    states = [{ ...firing, findings: [] }];
    expect((await again()).status).toBe(200);
  });
});

it('GET /health/runbook answers articles by their heading', async () => {
  const runbook = async () =>
    '# Runbook\n\nIntroduction.\n\n## SinkLag\n\n**Means.** Rows.\n\n## DeadLetters\n\nText.\n';
  expect(await json(apiOver({ runbook }).request('/health/runbook'))).toEqual({
    articles: { SinkLag: '**Means.** Rows.', DeadLetters: 'Text.' },
  });
});

it('GET /settings answers what is in effect', async () => {
  const setting = { variable: 'WEIR_PORT', value: '1', default: '–', unit: 'port', description: 'The port.' };
  expect(await json(apiOver({ settings: [setting] }).request('/settings'))).toEqual({ settings: [setting] });
});
