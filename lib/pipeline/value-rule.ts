import type { ValueRule } from '../contracts/contract.ts';
import { compareDigits, digitsOf } from './decimals.ts';
import { InvalidValue } from './invalid-value.ts';

/** Returns why a value breaks the rule; undefined if it does not. Numbers are passed as numbers, or as exact text. */
export type RuleCheck = (value: unknown) => InvalidValue | undefined;

export function ruleCheck({ name, minimum, exclusiveMinimum, maximum, oneOf }: ValueRule): RuleCheck {
  if (oneOf !== undefined) {
    const allowed = new Set<unknown>(oneOf);
    const broken = new InvalidValue('rule', `${name}: not one of the values allowed`);
    return (value) => (allowed.has(value) ? undefined : broken);
  }
  const bounds = [
    ...boundCheck(minimum, (compared) => compared >= 0, `${name}: expected at least ${minimum}`),
    ...boundCheck(exclusiveMinimum, (compared) => compared > 0, `${name}: expected more than ${exclusiveMinimum}`),
    ...boundCheck(maximum, (compared) => compared <= 0, `${name}: expected at most ${maximum}`),
  ];
  return (value) => {
    for (const check of bounds) {
      const broken = check(value);
      if (broken !== undefined) return broken;
    }
    return undefined;
  };
}

/** @param holds called with less than 0, 0 or more than 0 for a value below, at or above the bound. */
function boundCheck(
  bound: number | undefined,
  holds: (compared: number) => boolean,
  detail: string,
): readonly RuleCheck[] {
  if (bound === undefined) return [];
  const exact = digitsOf(String(bound));
  const broken = new InvalidValue('rule', detail);
  const compared = (value: unknown) =>
    typeof value === 'number' ? value - bound : compareDigits(digitsOf(String(value)), exact);
  return [(value) => (holds(compared(value)) ? undefined : broken)];
}
