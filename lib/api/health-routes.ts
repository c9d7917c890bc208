import type { AlarmRule } from '../derive/alarm-rules.ts';
import { digest } from './metric-questions.ts';
import { listOf, objectSchema } from './metric-schemas.ts';
import type { ApiRoute } from './route.ts';

/** One thing that breaks a rule. */
export interface RuleFinding {
  /** What it concerns: `shop.purchases`. */
  readonly where: string;
  /** What was found, in one sentence. */
  readonly found: string;
  /** The dashboard's page with the details: `['streams', 'shop.purchases']`; null if there is none. */
  readonly page: readonly [string, ...string[]] | null;
  /** The page's parameters. */
  readonly query?: Readonly<Record<string, string>>;
}

export interface RuleState {
  readonly rule: AlarmRule;
  /** `elsewhere`: only a deployment in AWS evaluates the rule; `unknown`: it cannot be evaluated now. */
  readonly state: 'ok' | 'firing' | 'unknown' | 'elsewhere';
  /** Since when it has that state. */
  readonly sinceMs: number | null;
  readonly findings: readonly RuleFinding[];
  /** Why the state is unknown; otherwise null. */
  readonly why: string | null;
}

interface ShownSetting {
  readonly variable: string;
  readonly value: string;
  readonly default: string;
  readonly unit: string;
  readonly description: string;
}

export interface HealthPorts {
  rules(): readonly RuleState[];
  /** The runbook's text, in Markdown. */
  runbook(): Promise<string>;
  /** Secrets are masked. */
  readonly settings: readonly ShownSetting[];
}

/** A rule as the API answers it. */
export interface AnsweredRule {
  readonly id: string;
  readonly article: string;
  readonly means: string;
  readonly measured: string;
  readonly above: number | null;
  readonly below: number | null;
  readonly period_seconds: number;
  readonly periods: number;
  readonly state: RuleState['state'];
  readonly since: string | null;
  readonly why: string | null;
  readonly findings: readonly {
    readonly where: string;
    readonly found: string;
    readonly page: readonly [string, ...string[]] | null;
    readonly query: Readonly<Record<string, string>>;
  }[];
}

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const numberOrNull = { type: ['number', 'null'] };

const ruleSchema = objectSchema({
  id: text,
  article: { ...text, description: 'The heading of its article in the runbook.' },
  means: text,
  measured: { ...text, description: 'The measured value and its unit.' },
  above: { ...numberOrNull, description: 'The rule is broken by values above this one.' },
  below: { ...numberOrNull, description: 'The rule is broken by values below this one.' },
  period_seconds: { type: 'integer', minimum: 1 },
  periods: { type: 'integer', minimum: 1, description: 'How many consecutive periods must break it.' },
  state: {
    type: 'string',
    enum: ['ok', 'firing', 'unknown', 'elsewhere'],
    description: '`elsewhere`: only a deployment in AWS evaluates it; `unknown`: it cannot be evaluated now.',
  },
  since: { ...textOrNull, format: 'date-time' },
  why: { ...textOrNull, description: 'Why the state is unknown.' },
  findings: listOf(
    objectSchema({
      where: text,
      found: text,
      page: { type: ['array', 'null'], items: text, description: 'The dashboard’s page with the details.' },
      query: { type: 'object', additionalProperties: text },
    }),
  ),
});

/** The rules of alarms with their state, and the settings in effect. */
export const healthRoutes: readonly ApiRoute<HealthPorts>[] = [
  {
    method: 'GET',
    path: '/health/rules',
    operationId: 'getHealthRules',
    tag: 'pipeline',
    summary: 'The rule of every alarm, and what breaks it now',
    description: 'Served by weir start only; in AWS, CloudWatch evaluates the rules.',
    parameters: [],
    responses: {
      200: {
        description: 'All rules, those that weir start evaluates first.',
        content: { 'application/json': objectSchema({ rules: listOf(ruleSchema) }) },
      },
    },
    errors: [],
    isRevised: true,
    async handle(_, { rules }) {
      const body = { rules: rules().map(answered) };
      return { revision: digest(body), answer: async () => ({ body }) };
    },
  },
  {
    method: 'GET',
    path: '/health/runbook',
    operationId: 'getRunbook',
    tag: 'pipeline',
    summary: 'The articles of the rules: what they mean and what to do',
    description: 'Served by weir start only. Each rule names its article.',
    parameters: [],
    responses: {
      200: {
        description: 'The articles by their heading, in Markdown.',
        content: {
          'application/json': objectSchema({ articles: { type: 'object', additionalProperties: text } }),
        },
      },
    },
    errors: [],
    handle: async (_, { runbook }) => ({ body: { articles: articlesOf(await runbook()) } }),
  },
  {
    method: 'GET',
    path: '/settings',
    operationId: 'getSettings',
    tag: 'pipeline',
    summary: 'The settings in effect, secrets masked',
    description: 'Served by weir start only.',
    parameters: [],
    responses: {
      200: {
        description: 'Every setting.',
        content: {
          'application/json': objectSchema({
            settings: listOf(
              objectSchema({ variable: text, value: text, default: text, unit: text, description: text }),
            ),
          }),
        },
      },
    },
    errors: [],
    handle: async (_, { settings }) => ({ body: { settings } }),
  },
];

function answered({ rule, state, sinceMs, why, findings }: RuleState): AnsweredRule {
  const { id, article, means, measured, threshold, periodSeconds, periods } = rule;
  return {
    ...{ id, article, means, measured },
    above: 'above' in threshold ? threshold.above : null,
    below: 'below' in threshold ? threshold.below : null,
    period_seconds: periodSeconds,
    ...{ periods, state, why },
    since: sinceMs === null ? null : new Date(sinceMs).toISOString(),
    findings: findings.map(({ where, found, page, query = {} }) => ({ where, found, page, query })),
  };
}

/** The sections of the second level by their heading. */
function articlesOf(markdown: string): Readonly<Record<string, string>> {
  const sections = markdown.split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines.join('\n').trim()];
    }),
  );
}
