import { canonicalJson } from '../../lib/pipeline/json/canonical-json.ts';
import type { JsonValue } from '../../lib/pipeline/json/json-value.ts';
import { parseJson } from '../../lib/pipeline/json/parse-json.ts';

/** Parses any JSON text. @throws for other text */
export function jsonValue(text: string): JsonValue {
  const document = parseJson(`{"value":${text}}`);
  const value = typeof document === 'string' ? undefined : document.members?.[0]?.value;
  if (value === undefined) throw new Error(`expected JSON, found ${text}`);
  return value;
}

/** Any JSON text in its canonical form. */
export const canonical = (text: string) => canonicalJson(jsonValue(text));
