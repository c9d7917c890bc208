import type { Contract } from '../contracts/contract.ts';

/** Only a large exponent or very many digits make a number that no double holds. */
const SUSPICIOUS = /\d[eE]\+?\d{3}|\d{200}/;

/**
 * The dotted path of the first number beyond a double (1e400), fields first and then extras, or undefined. Such a number has
 * no JSON text again. The object may be nested a few hundred levels deep, not thousands.
 */
export function infinitePath(contract: Contract, text: string, object: object): string | undefined {
  if (!SUSPICIOUS.test(text)) return undefined;
  const rank = (name: string) => (Object.hasOwn(contract.fields, name) ? fieldNames.indexOf(name) : fieldNames.length);
  const fieldNames = Object.keys(contract.fields);
  const entries = Object.entries(object).sort(([left], [right]) => rank(left) - rank(right));
  return firstInfinite(entries);
}

function firstInfinite(entries: readonly (readonly [string, unknown])[]): string | undefined {
  for (const [name, value] of entries) {
    if (value === Infinity || value === -Infinity) return name;
    if (value === null || typeof value !== 'object') continue;
    const inner = firstInfinite(Object.entries(value));
    if (inner !== undefined) return `${name}.${inner}`;
  }
  return undefined;
}
