import { stringTokens } from './json-text.ts';

/**
 * JavaScript moves names that look like integers before all others. Where a text has such a name, every key of it is read
 * with this prefix, which keeps them in the document's order.
 */
const ORDERED = '~';

/** Digits may be written as escapes. */
const INTEGER_KEY = /"(?:\d|\\u003\d){1,10}"\s*:/;

export type JsonObject = Readonly<Record<string, unknown>>;

/** A name, behind the document's `keyPrefix`, and its value. */
export type JsonEntry = readonly [string, unknown];

/** A parsed text whose objects keep the document's order. Of a name that occurs twice, the last value counts. */
export interface JsonDocument {
  /** As `JSON.parse` gives it: right in everything but the order of names. */
  readonly plain: unknown;
  /** The same, with every name behind `keyPrefix`, in the document's order. */
  readonly ordered: unknown;
  readonly keyPrefix: string;
}

/** @throws SyntaxError when the text is no JSON. */
export function parseJson(text: string): JsonDocument {
  const plain: unknown = JSON.parse(text);
  if (!INTEGER_KEY.test(text)) return { plain, ordered: plain, keyPrefix: '' };
  return { plain, ordered: JSON.parse(prefixKeys(text)), keyPrefix: ORDERED };
}

/**
 * The one JSON text of a value out of a `JsonDocument`'s `ordered`: no white space, the document's order, −0 as 0, escapes
 * only where they must be. The value may be nested a few hundred levels deep, not thousands, and holds finite numbers.
 */
export function canonicalJson(ordered: unknown, keyPrefix: string): string {
  if (keyPrefix === '' || ordered === null || typeof ordered !== 'object') return JSON.stringify(ordered);
  if (Array.isArray(ordered)) return `[${ordered.map((item) => canonicalJson(item, keyPrefix)).join(',')}]`;
  return canonicalObject(Object.entries(ordered), keyPrefix);
}

/** An object's canonical text, from entries that need not be all of it. */
export function canonicalObject(entries: readonly JsonEntry[], keyPrefix: string): string {
  const members = entries.map(
    ([key, value]) => `${JSON.stringify(key.slice(keyPrefix.length))}:${canonicalJson(value, keyPrefix)}`,
  );
  return `{${members.join(',')}}`;
}

/** True for what JSON calls an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function prefixKeys(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (const { start, isKey } of stringTokens(text)) {
    if (!isKey) continue;
    parts.push(text.slice(copied, start + 1), ORDERED);
    copied = start + 1;
  }
  parts.push(text.slice(copied));
  return parts.join('');
}
