import type { FieldType } from '../contracts/contract.ts';
import { epochText } from '../derive/epoch.ts';

/** Returns what a type accepts, in the words of a rejection: `an integer of 32 bits`. */
export function expectedValue(type: FieldType): string {
  switch (type.kind) {
    case 'string':
      return 'a string';
    case 'integer':
      return `an integer of 32 bits${orText(type)}`;
    case 'bigint':
      return type.text ? 'an integer within ±(2^53 − 1), or of 64 bits as text' : 'an integer within ±(2^53 − 1)';
    case 'double':
      return `a number${orText(type)}`;
    case 'decimal':
      return `a decimal(${type.precision},${type.scale})${orText(type)}`;
    case 'boolean':
      return type.text ? 'true or false, as text or not' : 'true or false';
    case 'timestamp':
      return type.wire === 'text' ? 'a timestamp' : epochText(type.wire);
    case 'date':
      return 'a date';
    case 'uuid':
      return 'a UUID';
    case 'json':
      return 'JSON that is not null';
    case 'list':
      return 'an array';
    case 'struct':
    case 'map':
      return 'an object';
    default:
      return type satisfies never;
  }
}

const orText = ({ text }: { readonly text?: true }) => (text ? ', as text or not' : '');
