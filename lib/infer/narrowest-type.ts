import type { NumberShape, Shape } from './shape.ts';

/** The type that the contract will declare for a field. */
type Guess =
  | { readonly call: Call }
  | { readonly call: 'decimal' | 'decimalOrText'; readonly precision: number; readonly scale: number }
  | { readonly call: 'list' | 'map'; readonly of: FieldGuess }
  | { readonly call: 'struct'; readonly fields: ReadonlyMap<string, FieldGuess> };

/** The functions for field types that take only a description. */
export type Call =
  | 'string'
  | 'integer'
  | 'bigint'
  | 'double'
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'uuid'
  | 'json'
  | 'money'
  | 'epochSeconds'
  | 'epochMillis'
  | 'epochMicros'
  | 'integerOrText'
  | 'bigintOrText'
  | 'doubleOrText'
  | 'moneyOrText'
  | 'booleanOrText';

export interface FieldGuess {
  readonly guess: Guess;
  readonly nullable: boolean;
  /** The reason for the choice, if it is not obvious. */
  readonly because: string | null;
}

/** From this many events on, one in a thousand is an exception, which is reported but does not affect the type. */
const MANY = 1000;
const EXCEPTIONS = 1 / 1000;

/** Whether all are, apart from exceptions. */
const nearlyAll = (some: number, all: number) => some === all || (all >= MANY && all - some <= all * EXCEPTIONS);

/** Whether so few are only exceptions. */
export const hardlyAny = (some: number, all: number) => all >= MANY && some <= all * EXCEPTIONS;

/** The narrowest type for the values seen under that name, in `all` objects. */
export function narrowest(name: string, shape: Shape, all: number): FieldGuess {
  const nullable = !nearlyAll(shape.seen - shape.nulls, all);
  const values = shape.seen - shape.nulls;
  if (values === 0)
    return { guess: { call: 'json' }, nullable: true, because: 'The sample has nothing but null here.' };
  return { nullable, ...guessOf(name, shape, values) };
}

type Typed = Omit<FieldGuess, 'nullable'>;

const plain = (call: Call, because: string | null = null): Typed => ({ guess: { call }, because });

function guessOf(name: string, shape: Shape, values: number): Typed {
  const { numbers, texts, lists, objects, booleans } = shape;
  const is = (some: number) => nearlyAll(some, values);
  if (is(booleans)) return plain('boolean');
  if (is(booleans + texts.booleans)) return plain('booleanOrText');
  if (is(numbers.seen)) return numberGuess(name, numbers, false);
  if (is(texts.timestamps)) return plain('timestamp');
  if (is(texts.dates)) return plain('date');
  if (is(texts.uuids)) return plain('uuid');
  if (is(numbers.seen + texts.numbers.seen) && (numbers.seen > 0 || isAmount(name, texts.numbers))) {
    return numberGuess(name, together(numbers, texts.numbers), true);
  }
  if (is(texts.seen)) return plain('string');
  if (is(lists.seen)) return listGuess(name, shape);
  if (is(objects.seen)) return objectGuess(shape);
  return plain('json', 'The sample’s values are of several kinds.');
}

/**
 * Digits in text may be an id, a telephone or card number: only text with a point, or with a numeric name, is a number.
 */
const isAmount = (name: string, { scale }: NumberShape) =>
  scale > 0 || /amount|price|total|sum|cost|count|quantity|qty|fee|tax|balance|score|rate/i.test(name);

function together(one: NumberShape, other: NumberShape): NumberShape {
  return {
    seen: one.seen + other.seen,
    whole: one.whole + other.whole,
    exponents: one.exponents + other.exponents,
    in32: one.in32 + other.in32,
    in53: one.in53 + other.in53,
    digits: Math.max(one.digits, other.digits),
    scale: Math.max(one.scale, other.scale),
    epochs: {
      epochSeconds: one.epochs.epochSeconds + other.epochs.epochSeconds,
      epochMillis: one.epochs.epochMillis + other.epochs.epochMillis,
      epochMicros: one.epochs.epochMicros + other.epochs.epochMicros,
    },
  };
}

const MONEY = { digits: 10, scale: 2 };
/** More decimal places are artefacts of floating-point arithmetic. */
const MAX_SCALE = 6;
const MAX_PRECISION = 38;

function numberGuess(name: string, numbers: NumberShape, text: boolean): Typed {
  const is = (some: number) => nearlyAll(some, numbers.seen);
  const spelled = (call: 'integer' | 'bigint' | 'double' | 'money') => plain(text ? `${call}OrText` : call);
  const unit = text ? null : epochUnit(name, numbers);
  if (unit !== null) return plain(unit, 'By its size, a time since 1970.');
  if (is(numbers.in32)) return spelled('integer');
  if (is(numbers.in53)) return spelled('bigint');
  const { digits, scale } = numbers;
  if (is(numbers.whole) && text && digits <= 19) return spelled('bigint');
  if (numbers.exponents > 0 || scale > MAX_SCALE || digits + scale > MAX_PRECISION) return spelled('double');
  if (scale <= MONEY.scale && scale > 0 && digits <= MONEY.digits) return spelled('money');
  const call = text ? 'decimalOrText' : 'decimal';
  return {
    guess: { call, precision: Math.min(MAX_PRECISION, Math.max(digits, MONEY.digits) + scale), scale },
    because: null,
  };
}

/**
 * Numbers of seconds are as large as many ids: only a name distinguishes them. Milliseconds and microseconds are
 * recognised by their size.
 */
function epochUnit(name: string, { epochs, seen }: NumberShape) {
  if (nearlyAll(epochs.epochMicros, seen)) return 'epochMicros';
  if (nearlyAll(epochs.epochMillis, seen)) return 'epochMillis';
  return nearlyAll(epochs.epochSeconds, seen) && isTimeName(name) ? 'epochSeconds' : null;
}

export const isTimeName = (name: string) =>
  /time|date|stamp|_at$|At$|_on$|^at$|^ts$|_ts$|when|since|until|epoch/.test(name);

function listGuess(name: string, { items }: Shape): Typed {
  if (items === null || items.seen === 0) return plain('json', 'The sample’s lists are all empty.');
  const of = narrowest(name, items, items.seen);
  return of.guess.call === 'json'
    ? plain('json', 'The elements of the sample’s lists are of several kinds.')
    : { guess: { call: 'list', of }, because: null };
}

/** A map's names are data: none is in every object, and all have values of one kind. */
function objectGuess({ objects }: Shape): Typed {
  const { members, seen } = objects;
  if (members.size === 0) return plain('json', 'The sample’s objects are all empty.');
  // In an object literal, __proto__ would not define a member.
  if (members.has('__proto__')) return plain('json', 'Its objects have a __proto__, which no field can be called.');
  const isInAll = [...members.values()].some((member) => nearlyAll(member.seen, seen));
  if (!isInAll && members.size > 2) {
    const merged = mergedShape([...members.values()]);
    const of = narrowest('', merged, merged.seen);
    if (of.guess.call !== 'json')
      return { guess: { call: 'map', of }, because: 'No name is in every object of the sample.' };
  }
  const fields = new Map<string, FieldGuess>();
  for (const [name, member] of members) {
    if (!hardlyAny(member.seen, seen)) fields.set(name, narrowest(name, member, seen));
  }
  return { guess: { call: 'struct', fields }, because: null };
}

/** The shapes merged, as if all values had been seen in one place. */
function mergedShape(shapes: readonly Shape[]): Shape {
  const [first, ...others] = shapes;
  if (first === undefined) throw new Error('expected shapes to merge, found none');
  return others.reduce(mergedWith, first);
}

function mergedWith(one: Shape, other: Shape): Shape {
  const members = new Map(one.objects.members);
  for (const [name, shape] of other.objects.members) {
    const known = members.get(name);
    members.set(name, known === undefined ? shape : mergedWith(known, shape));
  }
  const { texts } = one;
  return {
    seen: one.seen + other.seen,
    nulls: one.nulls + other.nulls,
    booleans: one.booleans + other.booleans,
    numbers: together(one.numbers, other.numbers),
    texts: {
      seen: texts.seen + other.texts.seen,
      timestamps: texts.timestamps + other.texts.timestamps,
      dates: texts.dates + other.texts.dates,
      uuids: texts.uuids + other.texts.uuids,
      booleans: texts.booleans + other.texts.booleans,
      emails: texts.emails + other.texts.emails,
      numbers: together(texts.numbers, other.texts.numbers),
    },
    lists: { seen: one.lists.seen + other.lists.seen },
    objects: { seen: one.objects.seen + other.objects.seen, members },
    distinct: one.distinct,
    items: one.items === null || other.items === null ? (one.items ?? other.items) : mergedWith(one.items, other.items),
  };
}
