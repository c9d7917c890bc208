import type { EventOf, Field, Fields, FieldType } from '../contracts/contract.ts';
import { isJsonObject, type JsonEntry, type JsonObject } from './canonical-json.ts';
import { decimalText } from './decimals.ts';
import { maskText } from './masking.ts';
import { canonicalEpochSeconds, canonicalTimestamp } from './timestamps.ts';

/**
 * The event in a JSON object that the contract's schema accepts: each value as `ValueOf` says, masked where the contract
 * says so. Extra properties are left out.
 * @param keyPrefix stands before every name in `ordered`; see `canonical-json.ts`.
 */
export function eventOf<S extends Fields>(fields: S, ordered: JsonObject, keyPrefix: string): EventOf<S> {
  const event: Record<string, unknown> = {};
  for (const name in fields) {
    const field = fields[name];
    if (field === undefined) continue;
    const key = keyPrefix === '' ? name : keyPrefix + name;
    event[name] = fieldValue(field, Object.hasOwn(ordered, key) ? ordered[key] : null, keyPrefix);
  }
  return event as EventOf<S>;
}

/** The properties that are no fields of the contract, in the document's order, each name behind `keyPrefix`. */
export function extrasOf(fields: Fields, ordered: JsonObject, keyPrefix: string): readonly JsonEntry[] {
  const extras: JsonEntry[] = [];
  for (const key of Object.keys(ordered)) {
    if (!Object.hasOwn(fields, keyPrefix === '' ? key : key.slice(keyPrefix.length))) extras.push([key, ordered[key]]);
  }
  return extras;
}

function fieldValue({ type, masked }: Field, json: unknown, keyPrefix: string): unknown {
  switch (typeof json) {
    case 'string':
      return masked ? maskText(json) : textValue(type, json);
    case 'number':
      return numberValue(type, json);
    case 'object':
      return json === null ? null : nestedValue(type, json, keyPrefix);
    default:
      return json;
  }
}

function textValue(type: FieldType, json: string): string | boolean | undefined {
  if (type.kind === 'timestamp') return canonicalTimestamp(json);
  return type.kind === 'boolean' ? json === 'true' : json;
}

function numberValue(type: FieldType, json: number): string | number | undefined {
  if (type.kind === 'decimal') return decimalText(json, type.precision, type.scale);
  if (type.kind === 'timestamp') return canonicalEpochSeconds(json);
  return json === 0 ? 0 : json;
}

function nestedValue(type: FieldType, json: object, keyPrefix: string): unknown {
  switch (type.kind) {
    case 'list':
      return Array.isArray(json) ? json.map((item) => fieldValue(type.of, item, keyPrefix)) : undefined;
    case 'map':
      return new Map(
        Object.entries(json).map(([key, item]) => [key.slice(keyPrefix.length), fieldValue(type.of, item, keyPrefix)]),
      );
    case 'struct':
      return isJsonObject(json) ? eventOf(type.fields, json, keyPrefix) : undefined;
    default:
      return undefined;
  }
}
