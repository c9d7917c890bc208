import { setMaxListeners } from 'node:events';
import type { RuleFinding, RuleState } from '../../api/health-routes.ts';
import type { AlarmRule } from '../../derive/alarm-rules.ts';
import type { Clock } from '../../pipeline/ports.ts';

/** How a local pipeline evaluates a rule. */
export interface RuleCheck {
  readonly rule: AlarmRule;
  readonly everyMs: number;
  /** What breaks the rule now. @throws if that cannot be found out */
  findings(): Promise<readonly RuleFinding[]>;
}

interface WatchOptions {
  /** Rules that only a deployment evaluates. */
  readonly elsewhere: readonly AlarmRule[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface WatchedRules {
  /** In the order of the checks, followed by the rules that are evaluated elsewhere. */
  list(): readonly RuleState[];
  /** Resolves once the signal has aborted and no check runs. */
  readonly stopped: Promise<unknown>;
}

/** Evaluates rules until `signal` aborts. A check that fails makes only its own rule's state unknown. */
export function watchRules(checks: readonly RuleCheck[], { elsewhere, clock, signal }: WatchOptions): WatchedRules {
  // Every check adds a listener; Node warns of a leak above ten.
  setMaxListeners(0, signal);
  const states = new Map<RuleCheck, RuleState>(checks.map((check) => [check, NOT_YET(check.rule)]));
  const keepChecking = async (check: RuleCheck) => {
    while (!signal.aborted) {
      const found = await evaluate(check);
      const before = states.get(check);
      const sinceMs = before?.state === found.state ? (before.sinceMs ?? clock.now()) : clock.now();
      states.set(check, { ...found, sinceMs });
      await clock.sleep(check.everyMs, signal);
    }
  };
  return {
    list: () => [
      ...states.values(),
      ...elsewhere.map((rule): RuleState => ({ rule, state: 'elsewhere', sinceMs: null, findings: [], why: null })),
    ],
    stopped: Promise.all(checks.map(keepChecking)),
  };
}

const NOT_YET = (rule: AlarmRule): RuleState => ({
  ...{ rule, state: 'unknown', sinceMs: null, findings: [] },
  why: 'it has not been evaluated yet',
});

async function evaluate({ rule, findings: find }: RuleCheck): Promise<Omit<RuleState, 'sinceMs'>> {
  try {
    const findings = await find();
    return { rule, state: findings.length > 0 ? 'firing' : 'ok', findings, why: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { rule, state: 'unknown', findings: [], why };
  }
}
