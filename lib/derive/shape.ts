import type { Contract, Field, FieldType, ValueRule } from '../contracts/contract.ts';
import { wireFields, wireName } from '../contracts/wire-name.ts';

/**
 * The shape expression: one anchored pattern, over bytes read as latin1, for records of a contract whose fields are in
 * a given order. The contract's reader accepts every match, and DuckDB makes the same row from the text as from the
 * canonical line. The reverse does not hold: records that do not match are validated by the reader.
 *
 * Each part of the pattern excludes the character that follows it, so matching is linear in the text's length.
 */

/** Numbers with this many digits survive every conversion to a double and back. */
const EXACT_DIGITS = 15;

/** More digits after a double's point than any program writes. Both readers round them to the nearest double. */
const DOUBLE_FRACTION_DIGITS = 20;

/** Longer alternations cost more than they save. */
const MAX_ALTERNATIVES = 1000;

/** DuckDB and JSON agree on strings without escapes and control characters. */
const TEXT = '[^"\\\\\\x00-\\x1f]';

/** Text that is already masked: up to four asterisks, or asterisks before the last four characters. */
const MASKED_TEXT = '"(?:\\*{0,4}|\\*+[ !#-\\[\\]-~]{4})"';

/** Lower case, as it is stored. */
const UUID = '"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"';

/** Days that exist in every year: 29 February is excluded. */
const MONTH_DAY = '(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)';
const TIME_OF_DAY = '[T ](?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?Z?';
const YEAR = '[1-9]\\d{3}';
const YEAR_FROM_1970 = '(?:19[7-9]\\d|[2-9]\\d{3})';

/** The pattern of each field's value; without groups. */
export type Shape = ReadonlyMap<string, string>;

/** A contract's shape, or undefined if a pattern cannot express the contract. */
export function shape(contract: Contract): Shape | undefined {
  if (contract.rules.length > 0 || (typeof contract.eventTime === 'object' && 'of' in contract.eventTime))
    return undefined;
  const patterns = new Map<string, string>();
  for (const [name, field] of Object.entries(contract.fields)) {
    const key = wireName(name, field);
    const pattern = name === contract.eventTime ? eventTimePattern(field) : fieldPattern(field);
    if (pattern === undefined || !/^[\x20-\x7e]+$/.test(key) || /["\\]/.test(key)) return undefined;
    patterns.set(key, pattern);
  }
  return patterns;
}

/**
 * The expression for records with the keys `keys`, in that order. It is sticky: it matches at a given position, up to
 * the next line break. Undefined if the shape does not cover such records.
 */
export function shapeExpression(contract: Contract, shape: Shape, keys: readonly string[]): RegExp | undefined {
  const isComplete = [...wireFields(contract.fields)].every(([key, { nullable }]) => nullable || keys.includes(key));
  if (!isComplete || new Set(keys).size !== keys.length) return undefined;
  const members: string[] = [];
  for (const key of keys) {
    const value = shape.get(key);
    if (value === undefined) return undefined;
    members.push(`"${literal(key)}": ?${value}`);
  }
  return new RegExp(`\\{${members.join(', ?')}\\}(?=\\n)`, 'y');
}

function eventTimePattern({ type }: Field): string | undefined {
  if (type.kind !== 'timestamp' || type.wire !== 'text') return undefined;
  return `"${YEAR_FROM_1970}-${MONTH_DAY}${TIME_OF_DAY}"`;
}

function fieldPattern({ type, nullable, masked, rule }: Field): string | undefined {
  if (rule !== undefined && masked) return undefined;
  if (masked && type.kind !== 'string') return undefined;
  const pattern = masked && type.kind === 'string' ? maskedPattern(type.maxLength) : valuePattern(type, rule);
  return pattern !== undefined && nullable ? `(?:${pattern}|null)` : pattern;
}

function valuePattern(type: FieldType, rule: ValueRule | undefined): string | undefined {
  switch (type.kind) {
    case 'string':
      return rule === undefined ? textPattern(type.maxLength) : oneOfPattern(rule);
    case 'integer':
      return orText(type, numberPattern({ wholeDigits: 9, scale: 0 }, rule));
    case 'bigint':
      return orText(type, numberPattern({ wholeDigits: EXACT_DIGITS, scale: 0 }, rule));
    case 'double':
      return orText(type, numberPattern({ wholeDigits: 9, scale: DOUBLE_FRACTION_DIGITS }, rule));
    case 'decimal':
      return orText(type, decimalPattern(type, rule));
    case 'boolean':
      return '(?:true|false)';
    case 'timestamp':
      return type.wire === 'text' ? `"${YEAR}-${MONTH_DAY}${TIME_OF_DAY}"` : undefined;
    case 'date':
      return `"${YEAR}-${MONTH_DAY}"`;
    case 'uuid':
      return UUID;
    case 'json':
    case 'list':
    case 'struct':
    case 'map':
      return undefined;
    default:
      return type satisfies never;
  }
}

/**
 * Counts bytes instead of characters, which is stricter. Records short enough for the shape have no text longer than
 * `MAX_TEXT_BYTES`.
 */
function textPattern(maxLength: number | null): string {
  return maxLength === null ? `"${TEXT}*"` : `"${TEXT}{0,${maxLength}}"`;
}

function maskedPattern(maxLength: number | null): string {
  return maxLength === null ? MASKED_TEXT : `(?="[^"]{0,${maxLength}}")${MASKED_TEXT}`;
}

function decimalPattern({ precision, scale }: { precision: number; scale: number }, rule: ValueRule | undefined) {
  const wholeDigits = Math.min(precision, EXACT_DIGITS) - scale;
  return wholeDigits < 1 ? undefined : numberPattern({ wholeDigits, scale }, rule);
}

/** DuckDB reads the same value from a number and from a string of it. */
function orText({ text }: { readonly text?: true }, pattern: string | undefined): string | undefined {
  return text && pattern !== undefined ? `(?:${pattern}|"(?:${pattern})")` : pattern;
}

interface Digits {
  /** The maximum number of digits before the point. */
  readonly wholeDigits: number;
  /** The maximum number of digits after the point. */
  readonly scale: number;
}

/** Numbers without exponent or −0. Under a rule, only those from 1 up to the last power of ten that the rule allows. */
function numberPattern({ wholeDigits, scale }: Digits, rule: ValueRule | undefined): string | undefined {
  const fraction = scale === 0 ? '' : `(?:\\.\\d{1,${scale}})?`;
  const negativeFraction = scale === 0 ? '' : '|-0(?=\\.\\d*[1-9])';
  if (rule === undefined) return `(?:0|-?[1-9]\\d{0,${wholeDigits - 1}}${negativeFraction})${fraction}`;
  const { minimum = 1, exclusiveMinimum = 0, maximum = Infinity, oneOf } = rule;
  if (oneOf !== undefined || minimum > 1 || exclusiveMinimum >= 1 || maximum < 1) return undefined;
  // A single digit needs no power of ten: 1 to 5 is a class of its own.
  if (maximum < 10) return scale === 0 ? `[1-${Math.floor(maximum)}]` : undefined;
  const allowedDigits = fittingDigits(maximum, wholeDigits);
  return `[1-9]\\d{0,${allowedDigits - 1}}${fraction}`;
}

/** The largest number of digits, up to `most`, with which every whole number is at most `maximum`. */
function fittingDigits(maximum: number, most: number): number {
  let digits = most;
  while (digits > 1 && 10 ** digits > maximum) digits -= 1;
  return digits;
}

function oneOfPattern({ oneOf }: ValueRule): string | undefined {
  const isPlain = oneOf?.every((value) => /^[\x20-\x7e]*$/.test(value) && !/["\\]/.test(value));
  if (oneOf === undefined || !isPlain || oneOf.length === 0 || oneOf.length > MAX_ALTERNATIVES) return undefined;
  return `"(?:${oneOf.map(literal).join('|')})"`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/**
 * Whether the event time is on the UTC day `2026-01-31` or earlier, in a text that matches the shape from `start` on.
 * Strings in such a text contain no quotes, so the key's first occurrence is the key.
 */
export function isEventBy(contract: Contract): (text: string, start: number, day: string) => boolean {
  const { eventTime, fields } = contract;
  if (typeof eventTime !== 'string') return () => true;
  const key = `"${fields[eventTime]?.wire ?? eventTime}":`;
  return (text, start, day) => {
    const value = text.indexOf(key, start) + key.length;
    const dayStart = text.indexOf('"', value) + 1;
    // Nearly always it is that day, which can be checked without creating a string.
    return text.startsWith(day, dayStart) || text.slice(dayStart, dayStart + day.length) <= day;
  };
}
