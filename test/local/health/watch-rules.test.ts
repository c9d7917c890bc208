import { describe, expect, it } from 'vitest';
import type { RuleFinding } from '../../../lib/api/health-routes.ts';
import { alarmRules } from '../../../lib/derive/alarm-rules.ts';
import { type RuleCheck, watchRules } from '../../../lib/local/health/watch-rules.ts';
import { testClock } from '../../support/test-clock.ts';

const FINDING: RuleFinding = { where: 'shop.orders', found: 'It stopped.', page: null };

function watched(find: () => Promise<readonly RuleFinding[]>, others: readonly RuleCheck[] = []) {
  const clock = testClock(1000);
  const stop = new AbortController();
  const check = { rule: alarmRules.deadLetters, everyMs: 10, findings: find };
  const rules = watchRules([check, ...others], {
    elsewhere: [alarmRules.apiErrors],
    clock,
    signal: stop.signal,
  });
  return { clock, stop, rules, first: () => rules.list()[0] };
}

describe('a watched rule', () => {
  it('is unknown until it is evaluated, and then fires or is ok', async () => {
    const { clock, first } = watched(async () => [FINDING]);
    expect(first()).toMatchObject({ state: 'unknown', sinceMs: null, why: 'it has not been evaluated yet' });
    await clock.advance(0);
    expect(first()).toMatchObject({ state: 'firing', sinceMs: 1000, findings: [FINDING], why: null });
  });

  it('keeps the time since when it fires while findings change, and gets another when it is over', async () => {
    let findings: readonly RuleFinding[] = [FINDING];
    const { clock, first } = watched(async () => findings);
    await clock.advance(50);
    findings = [FINDING, { ...FINDING, where: 'shop.refunds' }];
    await clock.advance(50);
    expect(first()).toMatchObject({ state: 'firing', sinceMs: 1000 });
    expect(first()?.findings).toHaveLength(2);
    findings = [];
    await clock.advance(10);
    expect(first()).toMatchObject({ state: 'ok', sinceMs: 1110, findings: [] });
  });

  it('that cannot be evaluated is unknown, says why, and disturbs no other rule', async () => {
    const other = { rule: alarmRules.newestRowAge, everyMs: 10, findings: async () => [] };
    const { clock, rules } = watched(() => Promise.reject(new Error('no broker answers')), [other]);
    await clock.advance(30);
    expect(rules.list().map(({ rule, state, why }) => [rule.id, state, why])).toEqual([
      ['DeadLetters', 'unknown', 'no broker answers'],
      ['NewestRowAge', 'ok', null],
      ['ApiErrors', 'elsewhere', null],
    ]);
  });

  it('is evaluated no more after the end', async () => {
    let evaluations = 0;
    const { clock, stop, rules } = watched(async () => {
      evaluations++;
      return [];
    });
    await clock.advance(25);
    stop.abort();
    await rules.stopped;
    const before = evaluations;
    await clock.advance(100);
    expect(evaluations).toBe(before);
    expect(before).toBe(3);
  });
});
