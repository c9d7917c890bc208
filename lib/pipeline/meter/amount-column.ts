import type { FieldType } from '../../contracts/contract.ts';
import { type ShapedField, tokenValue } from '../field-shapes.ts';
import { type Amount, measuredAmount } from './measured-value.ts';

const QUOTE = '"'.charCodeAt(0);
const NULL = 'n'.charCodeAt(0);
const MINUS = '-'.charCodeAt(0);
const POINT = '.'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);

/** Collects the amounts of a field. Those that shapes found are read digit by digit, without making a text of them. */
export function amountColumn(type: FieldType, bytes: Buffer, read: ShapedField['read'] | undefined) {
  const column: Amount[] = [];
  const scale = scaleOf(type);
  return {
    column: column satisfies readonly Amount[],
    addValue: (value: unknown) => {
      column.push(measuredAmount(type, value));
    },
    addText: (start: number, end: number) => {
      if (start < 0 || bytes[start] === NULL) column.push(null);
      else if (scale === undefined) column.push(measuredAmount(type, read?.(tokenValue(bytes, start, end))));
      else column.push(smallestUnits(bytes, start, end, scale));
    },
  };
}

/** The digits after the point of types whose amounts are their digits; shapes match at most 15 digits of them. */
function scaleOf(type: FieldType): number | undefined {
  if (type.kind === 'decimal') return type.scale;
  return type.kind === 'integer' || type.kind === 'bigint' ? 0 : undefined;
}

function smallestUnits(bytes: Buffer, start: number, end: number, scale: number): number {
  const isQuoted = bytes[start] === QUOTE;
  const first = isQuoted ? start + 1 : start;
  const last = isQuoted ? end - 1 : end;
  const isNegative = bytes[first] === MINUS;
  let value = 0;
  let fractionStart = last;
  for (let at = isNegative ? first + 1 : first; at < last; at++) {
    const code = bytes[at] as number;
    if (code === POINT) fractionStart = at + 1;
    else value = value * 10 + (code - ZERO);
  }
  for (let digits = last - fractionStart; digits < scale; digits++) value *= 10;
  return isNegative && value !== 0 ? -value : value;
}
