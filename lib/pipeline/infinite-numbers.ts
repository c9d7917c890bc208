import type { JsonEntry } from './canonical-json.ts';

/** Only a large exponent or very many digits make a number that no double holds. */
const SUSPICIOUS = /\d[eE]\+?\d{3}|\d{200}/;

/** True when the text may hold a number beyond a double, such as 1e400. */
export function maybeInfinite(text: string): boolean {
  return SUSPICIOUS.test(text);
}

/**
 * The dotted path of the first number beyond a double, or undefined. Such a number has no JSON text again. Values may be
 * nested a few hundred levels deep, not thousands.
 */
export function firstInfinite(entries: Iterable<JsonEntry>): string | undefined {
  for (const [name, value] of entries) {
    if (value === Infinity || value === -Infinity) return name;
    if (value === null || typeof value !== 'object') continue;
    const inner = firstInfinite(Object.entries(value));
    if (inner !== undefined) return `${name}.${inner}`;
  }
  return undefined;
}
