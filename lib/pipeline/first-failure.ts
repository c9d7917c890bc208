import type { Field, Fields, FieldType, ValueRule } from '../contracts/contract.ts';
import { isJsonObject, type JsonObject } from './canonical-json.ts';
import { decimalText } from './decimals.ts';
import type { Rejection } from './outcome.ts';
import { canonicalEpochSeconds, canonicalTimestamp } from './timestamps.ts';

/**
 * Why JSON Schema refuses an object: its first failing field, in the contract's order. Undefined where nothing fails; a test
 * holds it to exactly what the schema says.
 */
export function firstFailure(fields: Fields, object: JsonObject): Rejection | undefined {
  for (const [name, field] of Object.entries(fields)) {
    const failure = fieldFailure(field, Object.hasOwn(object, name) ? object[name] : undefined);
    if (failure !== undefined) return insidePath(name, failure);
  }
  return undefined;
}

function fieldFailure({ type, nullable, rule }: Field, value: unknown): Rejection | undefined {
  if (value === undefined || value === null) {
    if (nullable) return undefined;
    return fails('missing', `expected ${expected(type)}, found ${value === null ? 'null' : 'nothing'}`);
  }
  return typeFailure(type, value) ?? (rule === undefined ? undefined : ruleFailure(rule, type, value));
}

function typeFailure(type: FieldType, value: unknown): Rejection | undefined {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? undefined : wrongType(type, value);
    case 'integer':
    case 'bigint':
    case 'double':
    case 'decimal':
      return typeof value === 'number' ? numberFailure(type, value) : wrongType(type, value);
    case 'boolean':
      return isBoolean(type.text, value) ? undefined : wrongType(type, value);
    case 'timestamp':
      return timestampFailure(type, value);
    case 'list':
      return Array.isArray(value) ? firstItemFailure(type.of, value.entries()) : wrongType(type, value);
    case 'struct':
      return isJsonObject(value) ? firstFailure(type.fields, value) : wrongType(type, value);
    case 'map':
      return isJsonObject(value) ? firstItemFailure(type.of, Object.entries(value)) : wrongType(type, value);
    default:
      return type satisfies never;
  }
}

type NumberType = Extract<FieldType, { readonly kind: 'integer' | 'bigint' | 'double' | 'decimal' }>;

function numberFailure(type: NumberType, value: number): Rejection | undefined {
  if (!Number.isFinite(value))
    return fails('out_of_range', `expected ${expected(type)}, found one beyond a double’s range`);
  if (type.kind === 'double') return undefined;
  if (type.kind === 'decimal') {
    if (decimalText(value, type.precision, type.scale) !== undefined) return undefined;
    return fails('out_of_range', `expected ${expected(type)}, found more digits before the point`);
  }
  if (!Number.isInteger(value)) return fails('wrong_type', `expected ${expected(type)}, found a fraction`);
  const fits = type.kind === 'integer' ? (value | 0) === value : Number.isSafeInteger(value);
  return fits ? undefined : fails('out_of_range', `expected ${expected(type)}, found a number beyond it`);
}

function timestampFailure(type: Extract<FieldType, { readonly kind: 'timestamp' }>, value: unknown) {
  if (type.wire === 'epochSeconds') {
    if (typeof value !== 'number') return wrongType(type, value);
    const exists = canonicalEpochSeconds(value) !== undefined;
    return exists ? undefined : fails('out_of_range', `expected ${expected(type)} in the years 0001 to 9999`);
  }
  if (typeof value !== 'string') return wrongType(type, value);
  const exists = canonicalTimestamp(value) !== undefined;
  return exists
    ? undefined
    : fails('bad_format', `expected ${expected(type)} that exists, such as 2026-01-31T13:00:00Z`);
}

function firstItemFailure(of: Field, items: Iterable<readonly [number | string, unknown]>): Rejection | undefined {
  for (const [name, item] of items) {
    const failure = fieldFailure(of, item);
    if (failure !== undefined) return insidePath(String(name), failure);
  }
  return undefined;
}

function ruleFailure(rule: ValueRule, type: FieldType, value: unknown): Rejection | undefined {
  const { name, minimum, exclusiveMinimum, maximum, oneOf } = rule;
  if (typeof value === 'string') {
    return oneOf === undefined || oneOf.includes(value)
      ? undefined
      : fails('rule', `${name}: not one of the values allowed`);
  }
  if (typeof value !== 'number') return undefined;
  const read = type.kind === 'decimal' ? Number(decimalText(value, type.precision, type.scale)) : value;
  if (minimum !== undefined && !(read >= minimum)) return fails('rule', `${name}: expected at least ${minimum}`);
  if (exclusiveMinimum !== undefined && !(read > exclusiveMinimum)) {
    return fails('rule', `${name}: expected more than ${exclusiveMinimum}`);
  }
  return maximum !== undefined && !(read <= maximum)
    ? fails('rule', `${name}: expected at most ${maximum}`)
    : undefined;
}

function wrongType(type: FieldType, value: unknown): Rejection {
  return fails('wrong_type', `expected ${expected(type)}, found ${kindOf(value)}`);
}

function fails(reason: Rejection['reason'], detail: string): Rejection {
  return { reason, path: '', detail };
}

function insidePath(name: string, failure: Rejection): Rejection {
  return { ...failure, path: failure.path === '' ? name : `${name}.${failure.path}` };
}

function isBoolean(text: boolean, value: unknown): boolean {
  return typeof value === 'boolean' || (text && (value === 'true' || value === 'false'));
}

/** What kind of JSON a value is, without the value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function expected(type: FieldType): string {
  switch (type.kind) {
    case 'string':
      return 'a string';
    case 'integer':
      return 'an integer of 32 bits';
    case 'bigint':
      return 'an integer within ±(2^53 − 1)';
    case 'double':
      return 'a number';
    case 'decimal':
      return `a decimal(${type.precision},${type.scale})`;
    case 'boolean':
      return type.text ? 'true or false, as text or not' : 'true or false';
    case 'timestamp':
      return type.wire === 'text' ? 'a timestamp' : 'seconds since 1970';
    case 'list':
      return 'an array';
    case 'struct':
    case 'map':
      return 'an object';
    default:
      return type satisfies never;
  }
}
