import { describe, expect, it } from 'vitest';
import { ContractError } from '../../lib/contracts/check-contract.ts';
import {
  type Contract,
  contract,
  double,
  epochSeconds,
  integer,
  list,
  money,
  string,
  struct,
} from '../../lib/contracts/contract.ts';

const facts = {
  name: 'test.stream',
  version: 1,
  description: 'A stream.',
  owner: 'tests',
  key: null,
  eventTime: 'at',
  identity: 'position',
  fields: {
    at: epochSeconds('When.'),
    country: string('Where.', { nullable: true }),
    amount: integer('How much.'),
    price: money('Price.'),
    weight: double('Weight.'),
    offer: struct(
      { price: integer('Price.'), advertiser: string('Whose.'), weight: double('Weight.') },
      'The cheapest offer.',
      { nullable: true },
    ),
    tags: list(string('A tag.'), 'Tags.'),
  },
} as const;
const description = 'A figure.';

describe('a metric', () => {
  it('may be over fields, and over fields inside structs', () => {
    const metrics = {
      figures: {
        description,
        by: ['country', 'offer.advertiser'],
        count: true,
        sum: ['amount', 'price', 'offer.price'],
        min: ['offer.price', 'weight', 'at'],
        window: { seconds: 60 },
      },
    } as const;
    expect(contract({ ...facts, metrics }).metrics).toEqual(metrics);
  });
});

// What must not compile is marked: the type check fails where such a line compiles after all.
describe('a wrong metric does not compile, and is refused where types are not checked', () => {
  it.each<readonly [string, () => Contract, string]>([
    [
      'over a field that is not there',
      // @ts-expect-error: there is no field "town"
      () => contract({ ...facts, metrics: { m: { description, by: ['town'], count: true } } }),
      'metric m to group by a field of type string, uuid, date, integer, bigint, boolean, found "town: no such field"',
    ],
    [
      'over a field that its struct does not have',
      // @ts-expect-error: an offer has no "cost"
      () => contract({ ...facts, metrics: { m: { description, by: [], min: ['offer.cost'] } } }),
      'found "offer.cost: no such field"',
    ],
    [
      'that sums doubles, whose sum depends on their order',
      // @ts-expect-error: "weight" is a double
      () => contract({ ...facts, metrics: { m: { description, by: [], sum: ['weight'] } } }),
      'metric m to sum a field of type integer, bigint, decimal, found "weight: double"',
    ],
    [
      'that orders doubles inside a struct',
      // @ts-expect-error: "offer.weight" is a double inside a struct
      () => contract({ ...facts, metrics: { m: { description, by: [], min: ['offer.weight'] } } }),
      'found "offer.weight: double"',
    ],
    [
      'that groups by a list',
      // @ts-expect-error: "tags" is a list
      () => contract({ ...facts, metrics: { m: { description, by: ['tags'], count: true } } }),
      'found "tags: list"',
    ],
    [
      'that sums text',
      // @ts-expect-error: "country" is text
      () => contract({ ...facts, metrics: { m: { description, by: [], sum: ['country'] } } }),
      'found "country: string"',
    ],
    [
      'that says nothing',
      () => contract({ ...facts, metrics: { m: { description, by: ['country'] } } }),
      'count, sum, min or max in metric m',
    ],
    [
      'with a field twice',
      () => contract({ ...facts, metrics: { m: { description, by: ['country', 'country'], count: true } } }),
      'each field once in metric m',
    ],
    [
      'with a window of no length',
      () => contract({ ...facts, metrics: { m: { description, by: [], count: true, window: { seconds: 0 } } } }),
      'a window of 1 to 86400 whole seconds in metric m, found 0',
    ],
    [
      'with a name that no address could hold',
      () => contract({ ...facts, metrics: { 'a/b': { description, by: [], count: true } } }),
      'metric names of lower-case letters, digits and _, found "a/b"',
    ],
  ])('%s', (_, declare, message) => {
    expect(declare).toThrow(ContractError);
    expect(declare).toThrow(message);
  });
});
