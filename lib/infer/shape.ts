import type { JsonValue } from '../pipeline/json/json-value.ts';
import { canonicalTimestamp, isDate } from '../pipeline/timestamps.ts';

/** Statistics of the values in one place of a sample's events: counts of everything that may affect its type. */
export interface Shape {
  /** Values, nulls among them. */
  seen: number;
  nulls: number;
  booleans: number;
  readonly numbers: NumberShape;
  readonly texts: TextShape;
  /** Lists; `items` has the statistics of their elements. */
  readonly lists: { seen: number };
  readonly objects: { seen: number; readonly members: Map<string, Shape> };
  /** All values so far, while they are few, to find out whether they are all different. */
  readonly distinct: Set<string>;
  /** null until a list was seen. */
  items: Shape | null;
}

export interface NumberShape {
  seen: number;
  /** Numbers without point and exponent. */
  whole: number;
  /** Written with an exponent. */
  exponents: number;
  /** Whole numbers in the range of 32 bits, and of ±(2^53 − 1). */
  in32: number;
  in53: number;
  /** The maximum digits before and after the point. */
  digits: number;
  scale: number;
  /** How many could be a time since 1970 in each unit. */
  readonly epochs: { epochSeconds: number; epochMillis: number; epochMicros: number };
}

interface TextShape {
  seen: number;
  timestamps: number;
  dates: number;
  uuids: number;
  booleans: number;
  emails: number;
  /** Statistics of the texts that are numbers. */
  readonly numbers: NumberShape;
}

const numberShape = (): NumberShape => ({
  seen: 0,
  whole: 0,
  exponents: 0,
  in32: 0,
  in53: 0,
  digits: 0,
  scale: 0,
  epochs: { epochSeconds: 0, epochMillis: 0, epochMicros: 0 },
});

export function emptyShape(): Shape {
  return {
    seen: 0,
    nulls: 0,
    booleans: 0,
    numbers: numberShape(),
    texts: { seen: 0, timestamps: 0, dates: 0, uuids: 0, booleans: 0, emails: 0, numbers: numberShape() },
    lists: { seen: 0 },
    objects: { seen: 0, members: new Map() },
    distinct: new Set(),
    items: null,
  };
}

/** With more names than this, an object is a map, and further names are ignored. */
const MAX_MEMBERS = 2000;
/** Longer values are unlikely to be an identity. */
const MAX_IDENTITY_CHARACTERS = 200;

/** Adds a value to the statistics. `nowMs` limits what may be a time. */
function observe(shape: Shape, value: JsonValue, nowMs: number): void {
  shape.seen += 1;
  if (value === null) shape.nulls += 1;
  else if (typeof value === 'boolean') shape.booleans += 1;
  else if (typeof value === 'string') observeText(shape, value, nowMs);
  else if (value.kind === 'number') {
    shape.distinct.add(value.text);
    observeNumber(shape.numbers, value.text, nowMs);
  } else if (value.kind === 'list') {
    shape.lists.seen += 1;
    shape.items ??= emptyShape();
    for (const item of value.items) observe(shape.items, item, nowMs);
  } else if (value.kind === 'object') observeMembers(shape, value.members, nowMs);
}

/** Adds an object's members to the statistics of their names. */
export function observeMembers(shape: Shape, members: Iterable<readonly [string, JsonValue]>, nowMs: number): void {
  const { objects } = shape;
  objects.seen += 1;
  for (const [name, member] of members) {
    const known = objects.members.get(name) ?? emptyShape();
    if (objects.members.size < MAX_MEMBERS) objects.members.set(name, known);
    observe(known, member, nowMs);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A number in JSON syntax, which excludes `007`. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function observeText(shape: Shape, text: string, nowMs: number): void {
  const { texts } = shape;
  texts.seen += 1;
  if (text.length <= MAX_IDENTITY_CHARACTERS) shape.distinct.add(text);
  if (canonicalTimestamp(text) !== undefined) texts.timestamps += 1;
  else if (isDate(text)) texts.dates += 1;
  else if (UUID.test(text)) texts.uuids += 1;
  else if (text === 'true' || text === 'false') texts.booleans += 1;
  else if (NUMBER.test(text)) observeNumber(texts.numbers, text, nowMs);
  else if (EMAIL.test(text)) texts.emails += 1;
}

const YEAR_2000_SECONDS = 946_684_800;
const SECONDS_PER_YEAR = 366 * 86_400;

function observeNumber(numbers: NumberShape, text: string, nowMs: number): void {
  numbers.seen += 1;
  if (/e/i.test(text)) {
    numbers.exponents += 1;
    return;
  }
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  numbers.digits = Math.max(numbers.digits, whole.length);
  numbers.scale = Math.max(numbers.scale, fraction.length);
  const value = Number(text);
  if (fraction === '') {
    numbers.whole += 1;
    if (value >= -(2 ** 31) && value < 2 ** 31) numbers.in32 += 1;
    if (Number.isSafeInteger(value)) numbers.in53 += 1;
  }
  // A day from the year 2000 on, and not more than a year ahead: ids of that size are rare among all values of a field.
  const isTime = (perSecond: number) =>
    value >= YEAR_2000_SECONDS * perSecond && value <= (nowMs / 1000 + SECONDS_PER_YEAR) * perSecond;
  if (isTime(1)) numbers.epochs.epochSeconds += 1;
  if (isTime(1e3)) numbers.epochs.epochMillis += 1;
  if (isTime(1e6)) numbers.epochs.epochMicros += 1;
}
