import { describe, expect, expectTypeOf, it } from 'vitest';
import { ContractError } from '../../lib/contracts/check-contract.ts';
import {
  booleanOrText,
  type Contract,
  contract,
  decimal,
  type EventOf,
  epochSeconds,
  integer,
  list,
  map,
  money,
  string,
  struct,
  timestamp,
} from '../../lib/contracts/contract.ts';

const fields = {
  id: string('Id.'),
  at: timestamp('When.'),
  maybe_at: timestamp('When, if at all.', { nullable: true }),
  amount: integer('How much.'),
};
const facts = { name: 'test.stream', version: 1, description: 'A stream.', owner: 'tests', fields } as const;
const valid = { ...facts, key: 'id', eventTime: 'at', identity: 'position' } as const;

// What must not compile is marked: the type check fails where such a line compiles after all.
describe('a wrong declaration does not compile', () => {
  it('because of a key, identity or rule’s path that is no field', () => {
    // @ts-expect-error: there is no field "ident"
    contract({ ...valid, key: 'ident' });
    // @ts-expect-error: there is no field "ident"
    contract({ ...valid, identity: 'ident' });
    // @ts-expect-error: there is no field "total"
    contract({ ...valid, rules: [{ name: 'r', path: 'total', holds: () => true }] });
  });

  it('because of an event time that is no timestamp, may be null, or is computed to something else', () => {
    // @ts-expect-error: "amount" is an integer
    contract({ ...valid, eventTime: 'amount' });
    // @ts-expect-error: "maybe_at" may be null
    contract({ ...valid, eventTime: 'maybe_at' });
    // @ts-expect-error: an amount is no timestamp's text
    contract({ ...valid, eventTime: { description: 'the amount', of: (event) => event.amount } });
    // @ts-expect-error: "maybe_at" may be null
    contract({ ...valid, eventTime: { description: 'maybe', of: (event) => event.maybe_at } });
  });

  it('because of an option that does not exist, or is not for the type', () => {
    // @ts-expect-error: nullable is misspelled
    string('A field.', { personal: true, nulable: true });
    // @ts-expect-error: only text can be masked
    integer('A field.', { nullable: true, masked: true });
  });
});

describe('an event’s type follows from its contract', () => {
  it('to the last nested value', () => {
    const all = {
      id: string('Id.'),
      note: string('Note.', { nullable: true, personal: true }),
      count: integer('Count.', { unit: 'pieces' }),
      price: money('Price.'),
      at: epochSeconds('When.', { nullable: true }),
      flags: list(booleanOrText('Flag.', { nullable: true }), 'Flags.'),
      offers: map(list(struct({ cents: integer('Price.') }, 'Offer.'), 'Offers.'), 'By name.', { nullable: true }),
    };
    expectTypeOf<EventOf<typeof all>>().toEqualTypeOf<{
      readonly id: string;
      readonly note: string | null;
      readonly count: number;
      readonly price: string;
      readonly at: string | null;
      readonly flags: readonly (boolean | null)[];
      readonly offers: ReadonlyMap<string, readonly { readonly cents: number }[]> | null;
    }>();
    expectTypeOf(
      contract({ ...facts, fields: all, key: null, eventTime: { description: '', of: () => '' }, identity: 'id' }),
    ).toExtend<Contract>();
  });
});

describe('what types cannot say is refused when the contract is made', () => {
  it.each([
    ['a name with capitals', () => contract({ ...valid, name: 'Test.stream' }), 'expected a name of at most 249'],
    ['an empty name', () => contract({ ...valid, name: '' }), 'expected a name'],
    ['a path for a name', () => contract({ ...valid, name: '../x' }), 'found "../x"'],
    ['the dead letters’ name', () => contract({ ...valid, name: 'dead.letters' }), 'another name than'],
    ['the name of a folder of the lake’s own', () => contract({ ...valid, name: 'chains' }), 'another name than'],
    ['version 0', () => contract({ ...valid, version: 0 }), 'expected a version from 1, found 0'],
    ['no kafka partition', () => contract({ ...valid, kafkaPartitions: 0 }), 'at least one kafka partition'],
    ['no retention', () => contract({ ...valid, retentionHours: 0 }), 'a retention above 0 hours'],
    ['negative lateness', () => contract({ ...valid, allowedLatenessSeconds: -1 }), '0 seconds or more'],
    ['a table without database', () => contract({ ...valid, alsoKnownAs: ['x'] }), 'alsoKnownAs as database.table'],
    [
      'a decimal of 39 digits',
      () => contract({ ...valid, fields: { ...fields, d: decimal(39, 2, 'D.') } }),
      'digits of d within 38',
    ],
    [
      'a decimal inside others with more scale than digits',
      () => contract({ ...valid, fields: { ...fields, d: list(struct({ e: decimal(2, 3, 'E.') }, 'S.'), 'D.') } }),
      'digits of d.e within 38',
    ],
    ...['dt', 'hour', 'eventTime', 'kafka_offset', 'ingestedAt', '_extra', 'sourceOrdinal', 'DT'].map(
      (name): [string, () => unknown, string] => [
        `a field ${name}, which the table has already`,
        () => contract({ ...valid, fields: { ...fields, [name]: string('S.') } }),
        `with wire: '${name}'`,
      ],
    ),
    ...[
      ['userId', 'userid'],
      ['userId', 'user_id'],
      ['userId', 'userID'],
      ['orders', 'ORDERS'],
    ].map(([one = '', other = '']): [string, () => unknown, string] => [
      `${one} beside ${other}`,
      () => contract({ ...valid, fields: { ...fields, [one]: string('S.'), [other]: string('S.') } }),
      `expected a name that differs from ${one} in more than case`,
    ]),
    [
      'two names that are one on the wire',
      () => contract({ ...valid, fields: { ...fields, one: string('S.'), other: string('S.', { wire: 'ONE' }) } }),
      'expected a name that differs from one in more than case, as a column and on the wire',
    ],
    ...['', '$o', 'a\nb', '\ud800', 'x'.repeat(256)].map((wire): [string, () => unknown, string] => [
      `the wire name ${JSON.stringify(wire.slice(0, 9))}`,
      () => contract({ ...valid, fields: { ...fields, s: string('S.', { wire }) } }),
      'wire names of 1 to 255 printable characters',
    ]),
    [
      'bounds on text',
      () => contract({ ...valid, fields: { ...fields, s: string('S.', { rule: { name: 'r', minimum: 1 } }) } }),
      'rule r of s on a field of numbers',
    ],
    [
      'a list of values for a number',
      () => contract({ ...valid, fields: { ...fields, n: integer('N.', { rule: { name: 'r', oneOf: ['1'] } }) } }),
      'rule r of n on a string that is not masked',
    ],
    [
      'a maxLength of more than a column takes',
      () => contract({ ...valid, fields: { ...fields, s: string('S.', { maxLength: 70_000 }) } }),
      'a maxLength of s from 1 to 65535',
    ],
    [
      'a field name with a dot',
      () => contract({ ...valid, fields: { ...fields, 'a.b': string('S.') } }),
      'field names of letters, digits and _, found "a.b"',
    ],
    [
      'a masked key',
      () => contract({ ...valid, fields: { ...fields, card: string('C.', { masked: true }) }, key: 'card' }),
      'a key that is not masked',
    ],
    ['a key that is a time', () => contract({ ...valid, key: 'at' }), 'a key that is a string or an integer'],
  ])('%s', (_, declare, message) => {
    expect(declare).toThrow(ContractError);
    expect(declare).toThrow(message);
  });

  it('and nothing else', () => {
    expect(contract(valid)).toMatchObject({ kafkaPartitions: 1, retentionHours: 168, rules: [], alsoKnownAs: [] });
  });
});
