import type { Contract, Field, FieldType, ValueRule } from '../contracts/contract.ts';
import { MAX_TEXT_BYTES } from '../contracts/text-limit.ts';
import { wireName } from '../contracts/wire-name.ts';
import { EPOCH_DIGITS } from './epoch.ts';

/** A JSON Schema, draft 2020-12, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The name of the format of timestamps: RFC 3339, also with a space instead of the `T`, up to nine fraction digits, and
 * an optional zone that defaults to UTC.
 */
export const TIMESTAMP_FORMAT = 'timestamp';

/**
 * The name of a custom keyword, `{"precision", "scale"}`: the number, rounded half up to the scale, has at most
 * `precision` digits. Other validators may ignore it.
 */
export const DECIMAL_KEYWORD = 'x-decimal';

/**
 * The name of a custom keyword, `{"kind", "precision", "scale", "minimum", "exclusiveMinimum", "maximum"}`: a string is
 * a JSON number that a field of that kind can hold, within the bounds of the field's rule. Other validators may ignore
 * it.
 */
export const NUMBER_TEXT_KEYWORD = 'x-number-text';

/** A JSON number, as a string. */
const NUMBER_TEXT = '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$';

const MIN_INTEGER = -(2 ** 31);
const MAX_INTEGER = 2 ** 31 - 1;

/** 0001-01-01 and 10000-01-01 in seconds since 1970. */
const FIRST_SECOND = -62_135_596_800;
const END_SECOND = 253_402_300_800;

/**
 * The schema of an event on the wire. Additional properties are allowed everywhere. Rules beyond the type are under
 * `allOf`, with their name as title, which distinguishes a broken rule from a wrong type.
 */
export function jsonSchema(contract: Contract): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: contract.name,
    description: contract.description,
    ...objectSchema(contract.fields),
  };
}

function objectSchema(fields: Contract['fields']): JsonSchema {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    required: entries.filter(([, field]) => !field.nullable).map(([name, field]) => wireName(name, field)),
    properties: Object.fromEntries(entries.map(([name, field]) => [wireName(name, field), fieldSchema(field)])),
  };
}

function fieldSchema({ type, nullable, description, rule }: Field): JsonSchema {
  const schema = isTextToo(type) ? orText(typeSchema(type), type, rule) : typeSchema(type);
  return {
    description,
    ...(nullable ? orNull(schema) : schema),
    ...(rule === undefined ? {} : { allOf: [ruleSchema(rule, type, nullable)] }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema.enum)) return { ...schema, enum: [...schema.enum, null] };
  return { ...schema, type: [schema.type, 'null'].flat() };
}

type NumberType = Extract<FieldType, { readonly kind: 'integer' | 'bigint' | 'double' | 'decimal' }>;

function isTextToo(type: FieldType): type is NumberType {
  return type.kind !== 'boolean' && 'text' in type && type.text === true;
}

/** JSON Schema's bounds do not apply to strings. */
function orText(schema: JsonSchema, { text: _, ...type }: NumberType, rule: ValueRule | undefined): JsonSchema {
  const { name: __, ...bounds } = rule ?? { name: '' };
  return {
    ...schema,
    type: [schema.type, 'string'],
    pattern: NUMBER_TEXT,
    [NUMBER_TEXT_KEYWORD]: { ...type, ...bounds },
  };
}

function typeSchema(type: FieldType): JsonSchema {
  switch (type.kind) {
    case 'string':
      // A character has at least one byte; JSON Schema cannot express the limit in bytes itself.
      return { type: 'string', maxLength: type.maxLength ?? MAX_TEXT_BYTES };
    case 'integer':
      return { type: 'integer', minimum: MIN_INTEGER, maximum: MAX_INTEGER };
    case 'bigint':
      return { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    case 'double':
      return { type: 'number' };
    case 'decimal':
      return { type: 'number', [DECIMAL_KEYWORD]: { precision: type.precision, scale: type.scale } };
    case 'boolean':
      return type.text ? { enum: [true, false, 'true', 'false'] } : { type: 'boolean' };
    case 'timestamp':
      return type.wire === 'text'
        ? { type: 'string', format: TIMESTAMP_FORMAT }
        : epochSchema(10 ** EPOCH_DIGITS[type.wire]);
    case 'date':
      return { type: 'string', format: 'date' };
    case 'uuid':
      return { type: 'string', format: 'uuid' };
    case 'json':
      return { type: ['object', 'array', 'string', 'number', 'boolean'] };
    case 'list':
      return { type: 'array', items: fieldSchema(type.of) };
    case 'struct':
      return objectSchema(type.fields);
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(type.of) };
    default:
      return type satisfies never;
  }
}

function epochSchema(unitsASecond: number): JsonSchema {
  return { type: 'number', minimum: FIRST_SECOND * unitsASecond, exclusiveMaximum: END_SECOND * unitsASecond };
}

/** Bounds apply to the value after rounding, so a decimal's bounds are moved by half a unit. */
function ruleSchema(rule: ValueRule, type: FieldType, nullable: boolean): JsonSchema {
  const { name: title, minimum, exclusiveMinimum, maximum, oneOf } = rule;
  const scale = type.kind === 'decimal' ? type.scale : undefined;
  return {
    title,
    ...(minimum === undefined ? {} : decimalBound('minimum', minimum, scale)),
    ...(exclusiveMinimum === undefined ? {} : decimalBound('exclusiveMinimum', exclusiveMinimum, scale)),
    ...(maximum === undefined ? {} : decimalBound('maximum', maximum, scale)),
    ...(oneOf === undefined ? {} : { enum: nullable ? [...oneOf, null] : oneOf }),
  };
}

type Bound = 'minimum' | 'exclusiveMinimum' | 'maximum';

/**
 * The bound on the number on the wire that becomes the bound on the decimal when rounded half up to `scale`. The half
 * unit belongs to the side away from zero.
 */
function decimalBound(bound: Bound, value: number, scale: number | undefined): JsonSchema {
  if (scale === undefined) return { [bound]: value };
  const half = Number(`0.5e-${scale}`);
  const moved = (offset: number) => Number((value + offset).toFixed(scale + 1));
  switch (bound) {
    case 'minimum':
      return value > 0 ? { minimum: moved(-half) } : { exclusiveMinimum: moved(-half) };
    case 'exclusiveMinimum':
      return value >= 0 ? { minimum: moved(half) } : { exclusiveMinimum: moved(half) };
    case 'maximum':
      return value >= 0 ? { exclusiveMaximum: moved(half) } : { maximum: moved(half) };
    default:
      return bound satisfies never;
  }
}
