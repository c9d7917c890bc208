import type { EventOf, Field, Fields, FieldType } from '../contracts/contract.ts';
import { decimalText } from './decimals.ts';
import { maskText } from './masking.ts';
import { canonicalEpochSeconds, canonicalTimestamp } from './timestamps.ts';

/**
 * The event in a JSON object that the contract's schema accepts: each value as `ValueOf` says, masked where the contract
 * says so. Extra properties are left out.
 * @param keyPrefix stands before every name in `ordered`; see `canonical-json.ts`.
 */
export function eventOf<S extends Fields>(fields: S, ordered: object, keyPrefix: string): EventOf<S> {
  const event: Record<string, unknown> = {};
  const properties = ordered as Readonly<Record<string, unknown>>;
  for (const name in fields) {
    const field = fields[name];
    if (field === undefined) continue;
    const key = keyPrefix === '' ? name : keyPrefix + name;
    event[name] = fieldValue(field, Object.hasOwn(properties, key) ? properties[key] : null, keyPrefix);
  }
  return event as EventOf<S>;
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
      return eventOf(type.fields, json, keyPrefix);
    default:
      return undefined;
  }
}
