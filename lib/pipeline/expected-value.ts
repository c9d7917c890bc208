import type { FieldType } from '../contracts/contract.ts';

/** What a type takes, in the words of a rejection: `an integer of 32 bits`. */
export function expectedValue(type: FieldType): string {
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
