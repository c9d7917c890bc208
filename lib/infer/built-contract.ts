import {
  bigint,
  bigintOrText,
  boolean,
  booleanOrText,
  type Contract,
  contract,
  date,
  decimal,
  decimalOrText,
  double,
  doubleOrText,
  epochMicros,
  epochMillis,
  epochSeconds,
  type Field,
  integer,
  integerOrText,
  json,
  kafkaTimestamp,
  list,
  map,
  money,
  moneyOrText,
  string,
  struct,
  timestamp,
  uuid,
} from '../contracts/contract.ts';
import type { InferredContract } from './infer-contract.ts';
import type { Call, FieldGuess } from './narrowest-type.ts';

const calls = {
  bigint,
  bigintOrText,
  boolean,
  booleanOrText,
  date,
  double,
  doubleOrText,
  epochMicros,
  epochMillis,
  epochSeconds,
  integer,
  integerOrText,
  json,
  money,
  moneyOrText,
  string,
  timestamp,
  uuid,
} satisfies Readonly<Record<Call, unknown>>;

/**
 * The inferred contract, as if its file had been loaded.
 * @throws ContractError if no topic or table can be derived from it.
 */
export function builtContract({ name, fields, key, eventTime, identity }: InferredContract): Contract {
  const built = Object.fromEntries([...fields].map(([field, { wire, ...guess }]) => [field, builtField(guess, wire)]));
  // The compiler checks a written contract; an inferred one is checked at run time.
  const declare = contract as (declared: object) => Contract;
  return declare({
    name,
    version: 1,
    description: `Events of ${name}.`,
    owner: 'unknown',
    key: key.field,
    eventTime: eventTime.field ?? kafkaTimestamp,
    identity: identity.field ?? 'position',
    fields: built,
  });
}

function builtField({ guess, nullable }: FieldGuess, wire: string | null = null): Field {
  const options = { nullable, ...(wire === null ? {} : { wire }) };
  switch (guess.call) {
    case 'decimal':
    case 'decimalOrText':
      return (guess.call === 'decimal' ? decimal : decimalOrText)(guess.precision, guess.scale, '', options);
    case 'list':
    case 'map':
      return (guess.call === 'list' ? list : map)(builtField(guess.of), '', options);
    case 'struct': {
      const members = [...guess.fields].map(([name, field]) => [name, builtField(field)]);
      return struct(Object.fromEntries(members), '', options);
    }
    default:
      return calls[guess.call]('', options);
  }
}
