import type { Contract, FieldType } from '../contracts/contract.ts';
import { columns, isJsonText } from './columns.ts';
import { EPOCH_DIGITS } from './epoch.ts';
import { quoted } from './quoted.ts';

/** How the events of a table's rows are read back: the inverse of `RowSelect`. */
export interface EventSelect {
  /** Expressions over the table's columns; each is text or null. */
  readonly selectList: readonly string[];
  /** Returns a row's event as a producer may write it, given the values of the select list. */
  wireText(values: readonly (string | null)[]): string;
}

const EXTRA = '_extra';

/**
 * Reads a stream's events back from its rows. By the same contract, such an event is the one that became the row, with
 * masked values masked; numbers and times are in canonical form, fields unknown to the contract come last.
 */
export function eventSelect(contract: Contract): EventSelect {
  const types = new Map(Object.entries(contract.fields).map(([name, { wire, type }]) => [wire ?? name, type]));
  const members = columns(contract).flatMap(({ name, source }) => {
    const wire = source === 'system' ? undefined : source.field;
    const type = wire === undefined ? undefined : types.get(wire);
    return wire === undefined || type === undefined ? [] : [{ column: quoted(name), wire, type }];
  });
  return {
    selectList: [...members.map(({ column, type }) => columnText(column, type)), quoted(EXTRA)],
    wireText(values) {
      const texts = members.flatMap(({ wire, type }, index) => {
        const value = values[index] ?? null;
        return value === null ? [] : [`${JSON.stringify(wire)}:${jsonText(value, type)}`];
      });
      const extras = values[members.length] ?? null;
      return `{${[...texts, ...(extras === null ? [] : [extras.slice(1, -1)])].join(',')}}`;
    },
  };
}

const isEpoch = (type: FieldType) => type.kind === 'timestamp' && type.wire !== 'text';

function columnText(column: string, type: FieldType): string {
  return `cast(${isEpoch(type) ? `epoch_us(${column})` : column} as varchar)`;
}

function jsonText(value: string, type: FieldType): string {
  if (isJsonText(type)) return value;
  switch (type.kind) {
    case 'integer':
    case 'double':
    case 'decimal':
    case 'boolean':
      return value;
    case 'bigint':
      // Only text may have all of its 64 bits.
      return type.text === true ? JSON.stringify(value) : value;
    case 'timestamp':
      return type.wire === 'text' ? JSON.stringify(value) : epochNumber(value, EPOCH_DIGITS[type.wire]);
    default:
      return JSON.stringify(value);
  }
}

const MICROSECOND_DIGITS = 6;

/** `1769864400123456` → `1769864400.123456` as seconds (0 digits), `1769864400123.456` as milliseconds (3). */
function epochNumber(microseconds: string, digits: number): string {
  const fractionDigits = MICROSECOND_DIGITS - digits;
  if (fractionDigits === 0) return microseconds;
  const sign = microseconds.startsWith('-') ? '-' : '';
  const all = microseconds.slice(sign.length).padStart(fractionDigits + 1, '0');
  return `${sign}${all.slice(0, -fractionDigits)}.${all.slice(-fractionDigits)}`;
}
