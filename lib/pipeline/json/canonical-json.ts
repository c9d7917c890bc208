import type { JsonValue } from './json-value.ts';

/**
 * The canonical JSON text of a value: no white space, the document's order, each number as it was written, escapes only
 * where required.
 */
export function canonicalJson(json: JsonValue): string {
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  switch (json.kind) {
    case 'number':
    case 'text':
      return json.text;
    case 'list':
      return json.canonical ?? `[${json.items.map(canonicalJson).join(',')}]`;
    case 'object':
      return json.canonical ?? canonicalObject(json.members);
    default:
      return json satisfies never;
  }
}

/** The canonical text of an object with these members. */
export function canonicalObject(members: Iterable<readonly [string, JsonValue]>): string {
  const texts = Array.from(members, ([name, value]) => `${JSON.stringify(name)}:${canonicalJson(value)}`);
  return `{${texts.join(',')}}`;
}
