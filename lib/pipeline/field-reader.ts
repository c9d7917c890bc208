import type { Field, Fields, FieldType } from '../contracts/contract.ts';
import { wireName } from '../contracts/wire-name.ts';
import { type EpochUnit, epochText } from '../derive/epoch.ts';
import { digitsOf } from './decimals.ts';
import { expectedValue } from './expected-value.ts';
import { InvalidValue } from './invalid-value.ts';
import { canonicalJson } from './json/canonical-json.ts';
import { type JsonValue, kindOf } from './json/json-value.ts';
import { maskText } from './masking.ts';
import { type NumberType, numberReaders } from './number-readers.ts';
import { lengthFailure } from './text-limits.ts';
import { canonicalEpoch, canonicalTimestamp, isDate } from './timestamps.ts';
import { ruleCheck } from './value-rule.ts';

/**
 * The authority on a field: returns its value as `ValueOf` declares, masked if the contract requires it, or why it has
 * none.
 * @param json undefined if the field is absent.
 */
export type FieldReader = (json: JsonValue | undefined) => unknown;

/** Reads a value that is not null; the reader must refuse values of other types. */
type ValueReader = (json: Exclude<JsonValue, null>) => unknown;

export function fieldReader({ type, nullable, masked, rule }: Field): FieldReader {
  const read = valueReader(type);
  const broken = rule === undefined ? undefined : ruleCheck(rule);
  return (json) => {
    if (json === undefined || json === null) {
      if (nullable) return null;
      const found = json === null ? 'null' : 'nothing';
      return new InvalidValue('missing', `expected ${expectedValue(type)}, found ${found}`);
    }
    const value = read(json);
    if (value instanceof InvalidValue) return value;
    return broken?.(value) ?? (masked ? maskText(String(value)) : value);
  };
}

function valueReader(type: FieldType): ValueReader {
  const wrongType = (json: JsonValue) =>
    new InvalidValue('wrong_type', `expected ${expectedValue(type)}, found ${kindOf(json)}`);
  switch (type.kind) {
    case 'string':
      return ofText((text) => lengthFailure(text, type.maxLength) ?? text, wrongType);
    case 'integer':
    case 'bigint':
    case 'double':
    case 'decimal':
      return numberValueReader(type, wrongType);
    case 'boolean':
      return (json) => booleanValue(type.text, json) ?? wrongType(json);
    case 'timestamp':
      return type.wire === 'text' ? ofText(textTime, wrongType) : ofNumbers(epochReader(type.wire), wrongType);
    case 'date':
      return ofText(dateText, wrongType);
    case 'uuid':
      return ofText(uuidText, wrongType);
    case 'json':
      return jsonText;
    case 'list':
      return listReader(fieldReader(type.of), wrongType);
    case 'struct':
      return structReader(type.fields, wrongType);
    case 'map':
      return mapReader(fieldReader(type.of), wrongType);
    default:
      return type satisfies never;
  }
}

type Refuse = (json: JsonValue) => InvalidValue;

function ofNumbers(read: (text: string) => unknown, refuse: Refuse): ValueReader {
  return (json) => (typeof json === 'object' && json.kind === 'number' ? read(json.text) : refuse(json));
}

function numberValueReader(type: NumberType, refuse: Refuse): ValueReader {
  const { ofNumber, ofString } = numberReaders(type);
  return (json) => {
    if (typeof json === 'object' && json.kind === 'number') return ofNumber(json.text);
    return type.text === true && typeof json === 'string' ? ofString(json) : refuse(json);
  };
}

function ofText(read: (text: string) => unknown, refuse: Refuse): ValueReader {
  return (json) => (typeof json === 'string' ? read(json) : refuse(json));
}

function booleanValue(text: boolean, json: JsonValue): boolean | undefined {
  if (typeof json === 'boolean') return json;
  if (!text) return undefined;
  return json === 'true' || (json === 'false' ? false : undefined);
}

function textTime(text: string): string | InvalidValue {
  return (
    canonicalTimestamp(text) ??
    new InvalidValue('bad_format', 'expected a timestamp that exists, such as 2026-01-31T13:00:00Z')
  );
}

function epochReader(unit: EpochUnit) {
  const beyond = new InvalidValue('out_of_range', `expected ${epochText(unit)} in the years 0001 to 9999`);
  return (text: string) => canonicalEpoch(digitsOf(text), unit) ?? beyond;
}

function dateText(text: string): string | InvalidValue {
  return isDate(text) ? text : new InvalidValue('bad_format', 'expected a date that exists, such as 2026-01-31');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function uuidText(text: string): string | InvalidValue {
  if (UUID.test(text)) return text.toLowerCase();
  return new InvalidValue('bad_format', 'expected a UUID, such as 0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f');
}

function jsonText(json: JsonValue): string | InvalidValue {
  const text = canonicalJson(json);
  return lengthFailure(text, null) ?? text;
}

function listReader(readItem: FieldReader, refuse: Refuse): ValueReader {
  return (json) => {
    if (typeof json !== 'object' || json.kind !== 'list') return refuse(json);
    const items: unknown[] = [];
    for (const [index, item] of json.items.entries()) {
      const value = readItem(item);
      if (value instanceof InvalidValue) return value.inside(index);
      items.push(value);
    }
    return items;
  };
}

function mapReader(readItem: FieldReader, refuse: Refuse): ValueReader {
  return (json) => {
    if (typeof json !== 'object' || json.kind !== 'object') return refuse(json);
    const items = new Map<string, unknown>();
    for (const [name, item] of json.members) {
      const value = readItem(item);
      if (value instanceof InvalidValue) return value.inside(name);
      items.set(name, value);
    }
    return items;
  };
}

function structReader(fields: Fields, refuse: Refuse): ValueReader {
  const read = fieldsReader(fields);
  return (json) =>
    typeof json === 'object' && json.kind === 'object' ? read((name) => json.members.get(name)) : refuse(json);
}

/** Reads the fields in the contract's order, by wire name, and stops at the first that fails. */
export function fieldsReader(fields: Fields) {
  const readers = Object.entries(fields).map(([name, field]) => ({
    name,
    wire: wireName(name, field),
    read: fieldReader(field),
  }));
  return (memberOf: (name: string) => JsonValue | undefined): Record<string, unknown> | InvalidValue => {
    const event: Record<string, unknown> = {};
    for (const { name, wire, read } of readers) {
      const value = read(memberOf(wire));
      if (value instanceof InvalidValue) return value.inside(wire);
      event[name] = value;
    }
    return event;
  };
}
