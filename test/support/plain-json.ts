import type { JsonValue } from '../../lib/pipeline/json/json-value.ts';

/** The result that `JSON.parse` would have given. */
export function plain(json: JsonValue): unknown {
  if (json === null || typeof json !== 'object') return json;
  if (json.kind === 'number') return Number(json.text);
  if (json.kind === 'list') return json.items.map(plain);
  if (json.kind === 'text') return JSON.parse(json.text);
  const members: Record<string, unknown> = {};
  for (const [name, value] of json.members) {
    Object.defineProperty(members, name, { value: plain(value), enumerable: true, writable: true, configurable: true });
  }
  return members;
}
