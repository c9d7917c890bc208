import type { FieldType } from '../contracts/contract.ts';
import { type Digits, decimalText, digitsOf, isWhole } from './decimals.ts';
import { expectedValue } from './expected-value.ts';
import { InvalidValue } from './invalid-value.ts';

export type NumberType = Extract<FieldType, { readonly kind: 'integer' | 'bigint' | 'double' | 'decimal' }>;

/** Reads a number's own text, from a JSON number or from a string. */
type NumberReader = (text: string) => string | number | InvalidValue;

export interface NumberReaders {
  readonly ofNumber: NumberReader;
  /** The string is any text. */
  readonly ofString: NumberReader;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Returns the readers for the two wire forms of a number field. */
export function numberReaders(type: NumberType): NumberReaders {
  const ofNumber = numberReader(type);
  const ofText = type.kind === 'bigint' ? wholeReader(type) : ofNumber;
  const noNumber = new InvalidValue('bad_format', `expected ${expectedValue(type)}, found other text`);
  return { ofNumber, ofString: (text) => (NUMBER.test(text) ? ofText(text) : noNumber) };
}

function numberReader(type: NumberType): NumberReader {
  switch (type.kind) {
    case 'integer':
      return integerReader(type, (value) => (value | 0) === value);
    case 'bigint': {
      const read = integerReader(type, Number.isSafeInteger);
      return type.text === true ? textOf(read) : read;
    }
    case 'double':
      return doubleReader(type);
    case 'decimal':
      return decimalReader(type);
    default:
      return type satisfies never;
  }
}

const textOf =
  (read: NumberReader): NumberReader =>
  (text) => {
    const value = read(text);
    return typeof value === 'number' ? String(value) : value;
  };

/** Integers that a double holds exactly, whatever their digits are. */
const SHORT_INTEGER = /^-?\d{1,15}$/;

/** Whole numbers within the type's range, by their digits: 1.0 and 1e3 are whole, 1.0000000000000000001 is not. */
function integerReader(type: NumberType, fits: (value: number) => boolean): NumberReader {
  return (text) => {
    if (!SHORT_INTEGER.test(text) && !isWhole(digitsOf(text))) return fraction(type);
    const value = Number(text);
    if (fits(value)) return value === 0 ? 0 : value;
    return beyond(type);
  };
}

const MAX_BIGINT = 2n ** 63n - 1n;
const MAX_BIGINT_DIGITS = String(MAX_BIGINT).length;

/** Reads whole signed 64-bit numbers, as exact text. */
function wholeReader(type: NumberType): NumberReader {
  return (text) => {
    const number = digitsOf(text);
    if (!isWhole(number)) return fraction(type);
    if (number.point > MAX_BIGINT_DIGITS) return beyond(type);
    const value = wholeOf(number);
    return value <= MAX_BIGINT && value >= -MAX_BIGINT - 1n ? String(value) : beyond(type);
  };
}

function wholeOf({ negative, digits, point }: Digits): bigint {
  const size = BigInt(digits.padEnd(point, '0'));
  return negative ? -size : size;
}

const fraction = (type: NumberType) =>
  new InvalidValue('wrong_type', `expected ${expectedValue(type)}, found a fraction`);

const beyond = (type: NumberType) =>
  new InvalidValue('out_of_range', `expected ${expectedValue(type)}, found a number beyond it`);

/** Reads the nearest double. */
function doubleReader(type: NumberType): NumberReader {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
    return new InvalidValue('out_of_range', `expected ${expectedValue(type)}, found one beyond a double’s range`);
  };
}

const PLAIN = /^\d+(?:\.\d+)?$/;

/** The result of `decimalText` for a number that only needs trailing zeros, as nearly all do; else undefined. */
function plainDecimal(text: string, precision: number, scale: number): string | undefined {
  if (!PLAIN.test(text)) return undefined;
  const point = text.indexOf('.');
  const wholeDigits = point < 0 ? text.length : point;
  const fractionDigits = point < 0 ? 0 : text.length - point - 1;
  if (wholeDigits > precision - scale || fractionDigits > scale) return undefined;
  if (fractionDigits === scale) return text;
  return `${text}${point < 0 ? '.' : ''}${'0'.repeat(scale - fractionDigits)}`;
}

/** Reads exact text, rounded half up to the type's scale. */
function decimalReader(type: Extract<NumberType, { readonly kind: 'decimal' }>): NumberReader {
  const { precision, scale } = type;
  return (text) =>
    plainDecimal(text, precision, scale) ??
    decimalText(digitsOf(text), precision, scale) ??
    new InvalidValue('out_of_range', `expected ${expectedValue(type)}, found more digits before the point`);
}
