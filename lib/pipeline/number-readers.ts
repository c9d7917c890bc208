import type { FieldType } from '../contracts/contract.ts';
import { decimalText, digitsOf, isWhole } from './decimals.ts';
import { expectedValue } from './expected-value.ts';
import { InvalidValue } from './invalid-value.ts';

/** Reads a number's own text. */
type NumberReader = (text: string) => string | number | InvalidValue;

type TypeOf<K extends FieldType['kind']> = Extract<FieldType, { readonly kind: K }>;

/** Integers that a double holds exactly, whatever their digits. */
const SHORT_INTEGER = /^-?\d{1,15}$/;

/** Whole numbers within the type's range, by their digits: 1.0 and 1e3 are whole, 1.0000000000000000001 is not. */
export function integerReader(type: TypeOf<'integer' | 'bigint'>): NumberReader {
  const fits = type.kind === 'integer' ? (value: number) => (value | 0) === value : Number.isSafeInteger;
  return (text) => {
    if (!SHORT_INTEGER.test(text) && !isWhole(digitsOf(text))) {
      return new InvalidValue('wrong_type', `expected ${expectedValue(type)}, found a fraction`);
    }
    const value = Number(text);
    if (fits(value)) return value === 0 ? 0 : value;
    return new InvalidValue('out_of_range', `expected ${expectedValue(type)}, found a number beyond it`);
  };
}

/** The nearest double. */
export function doubleReader(type: TypeOf<'double'>): NumberReader {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
    return new InvalidValue('out_of_range', `expected ${expectedValue(type)}, found one beyond a double’s range`);
  };
}

/** Exact text, rounded half up to the type's scale. */
export function decimalReader(type: TypeOf<'decimal'>): NumberReader {
  const { precision, scale } = type;
  return (text) =>
    decimalText(digitsOf(text), precision, scale) ??
    new InvalidValue('out_of_range', `expected ${expectedValue(type)}, found more digits before the point`);
}
