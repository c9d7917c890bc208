import { describe, expect, it } from 'vitest';
import {
  bigint,
  boolean,
  booleanOrText,
  type Contract,
  contract,
  decimal,
  decimalOrText,
  epochMillis,
  type Fields,
  integer,
  kafkaTimestamp,
  list,
  map,
  moneyOrText,
  string,
  struct,
  timestamp,
} from '../../lib/contracts/contract.ts';
import { incompatibilities } from '../../lib/derive/compatibility.ts';
import { type ReleasedContract, releasedContract } from '../../lib/derive/released.ts';

const base = {
  id: string('Id.'),
  at: timestamp('When.'),
  other_at: timestamp('When else.'),
  count: bigint('How many.', { rule: { name: 'few', minimum: 1, maximum: 9 } }),
  price: decimal(12, 2, 'Price.', { rule: { name: 'positive', exclusiveMinimum: 0 } }),
  note: string('Note.', { nullable: true }),
  weight: decimalOrText(9, 3, 'Weight.'),
  code: string('Code.', { nullable: true, maxLength: 10 }),
  card: string('Card.', { nullable: true, masked: true }),
  colour: string('Colour.', { rule: { name: 'colours', oneOf: ['red', 'blue'] } }),
  flag: booleanOrText('Flag.'),
  parts: list(struct({ part_id: bigint('Id.'), size: integer('Size.', { nullable: true }) }, 'Part.'), 'Parts.'),
  offers: map(integer('Price.', { nullable: true }), 'Offers.'),
};

const facts = {
  name: 'test.stream',
  version: 1,
  description: 'A stream.',
  owner: 'tests',
  kafkaPartitions: 2,
  key: 'id',
  eventTime: 'at',
  identity: 'id',
  refinedFrom: 'test.source',
  alsoKnownAs: ['old.table'],
  metrics: { totals: { description: 'Totals.', by: ['colour'], sum: ['count'], window: { seconds: 60 } } },
} as const;

const original: Contract = contract({ ...facts, fields: base });

function found(change: Partial<Contract>): readonly string[] {
  const released: ReleasedContract = JSON.parse(JSON.stringify(releasedContract(original)));
  return incompatibilities(released, releasedContract({ ...original, ...change }));
}

function foundWith(fields: Fields): readonly string[] {
  return found({ fields: { ...base, ...fields } });
}

function without(name: keyof typeof base): Fields {
  return Object.fromEntries(Object.entries(base).filter(([field]) => field !== name));
}

const part = (fields: Fields) => list(struct(fields, 'Part.'), 'Parts.');
const partId = bigint('Id.');
const size = integer('Size.', { nullable: true });

describe('what may follow under the same version', () => {
  it.each<readonly [string, Fields]>([
    ['no change', {}],
    ['a new nullable field', { extra: string('New.', { nullable: true }) }],
    ['a new nullable field inside others', { parts: part({ part_id: partId, size, extra: { ...size } }) }],
    [
      'a new nullable field that has required ones inside',
      { extra: struct({ id: string('Id.') }, 'New.', { nullable: true }) },
    ],
    ['a required field that may be null now', { id: string('Id.', { nullable: true }) }],
    ['another description', { id: string('The id.') }],
    ['numbers as text too', { price: moneyOrText('Price.', { rule: base.price.rule }) }],
    ['looser bounds', { count: bigint('How many.', { rule: { name: 'few', minimum: 0, maximum: 10 } }) }],
    ['no rule any more', { price: decimal(12, 2, 'Price.'), colour: string('Colour.') }],
    ['one more value', { colour: string('Colour.', { rule: { name: 'colours', oneOf: ['red', 'blue', 'green'] } }) }],
  ])('%s', (_, fields) => {
    expect(foundWith(fields)).toEqual([]);
  });

  it('another metric, and other words for one', () => {
    const totals = { ...facts.metrics.totals, description: 'All of them.', unit: 'pieces' };
    expect(found({ metrics: { totals, all: { description: 'All.', by: [], count: true } } })).toEqual([]);
  });

  it('more kafka partitions, and one more name of the table', () => {
    expect(found({ kafkaPartitions: 3, alsoKnownAs: ['old.table', 'new.table'] })).toEqual([]);
  });
});

describe('what breaks a promise is found, said, and sent to a new version', () => {
  const planted: readonly (readonly [string, Partial<Contract>, string])[] = [
    ['a removed field', { fields: without('note') }, 'field note is gone'],
    [
      'a renamed field',
      { fields: { ...without('price'), cost: decimal(12, 2, 'Price.', { nullable: true }) } },
      'field price is gone (renamed to cost?)',
    ],
    ['a new required field', { fields: { ...base, extra: string('New.') } }, 'field extra is new and required'],
    [
      'a new required field inside others',
      { fields: { ...base, parts: part({ part_id: partId, size, extra: string('New.') }) } },
      'field parts[].extra is new and required',
    ],
    [
      'a removed field inside others',
      { fields: { ...base, parts: part({ part_id: partId }) } },
      'parts[].size is gone',
    ],
    ['nullable to required', { fields: { ...base, note: string('Note.') } }, 'note was nullable, is required'],
    [
      'nullable to required in a map',
      { fields: { ...base, offers: map(integer('Price.'), 'Offers.') } },
      'field offers{} was nullable, is required',
    ],
    ['another type', { fields: { ...base, note: integer('Note.', { nullable: true }) } }, 'was string, is integer'],
    ['integer from bigint', { fields: { ...base, count: integer('How many.') } }, 'count was bigint, is integer'],
    [
      'integer from bigint inside others',
      { fields: { ...base, parts: part({ part_id: integer('Id.'), size }) } },
      'field parts[].part_id was bigint, is integer',
    ],
    ['less precision', { fields: { ...base, price: decimal(10, 2, 'P.') } }, 'was decimal(12,2), is decimal(10,2)'],
    ['another scale', { fields: { ...base, price: decimal(12, 3, 'P.') } }, 'was decimal(12,2), is decimal(12,3)'],
    ['booleans no longer as text', { fields: { ...base, flag: boolean('Flag.') } }, 'field flag was taken as text too'],
    ['a mask taken off', { fields: { ...base, card: string('C.', { nullable: true }) } }, 'was masked, is in clear'],
    [
      'a tighter bound',
      { fields: { ...base, count: bigint('How many.', { rule: { name: 'few', minimum: 1, maximum: 5 } }) } },
      'field count has maximum 5, was 9',
    ],
    [
      'a new rule',
      { fields: { ...base, id: string('Id.', { rule: { name: 'ids', oneOf: ['a'] } }) } },
      'field id no longer takes any text',
    ],
    [
      'a value less',
      { fields: { ...base, colour: string('Colour.', { rule: { name: 'colours', oneOf: ['red'] } }) } },
      'field colour no longer takes blue',
    ],
    [
      'a new rule over fields',
      { rules: [{ name: 'sorted', path: 'at', holds: () => true }] },
      'rule sorted is new, and refuses what was accepted',
    ],
    ['another key', { key: 'note' }, 'key was id, is note'],
    ['no key', { key: null }, 'key was id, is none'],
    ['another event time', { eventTime: 'other_at' }, 'eventTime was at, is other_at'],
    [
      'a computed event time',
      { eventTime: { description: 'the newest', of: () => '' } },
      'eventTime was at, is computed: the newest',
    ],
    ['another identity', { identity: 'position' }, 'identity was id, is position'],
    ['another source', { refinedFrom: null }, 'refinedFrom was test.source, is none'],
    ['a table name less', { alsoKnownAs: [] }, 'no longer also known as old.table'],
    ['fewer kafka partitions', { kafkaPartitions: 1 }, 'kafkaPartitions was 2, is 1'],
    [
      'another name on the wire',
      { fields: { ...base, note: string('Note.', { nullable: true, wire: '@note' }) } },
      'field note was called note on the wire, is called @note',
    ],
    [
      'a time in another unit',
      { fields: { ...base, other_at: epochMillis('When else.') } },
      'field other_at was text, and is milliseconds since 1970',
    ],
    [
      'numbers no longer as text',
      { fields: { ...base, weight: decimal(9, 3, 'Weight.') } },
      'field weight was taken as text too, and is no longer',
    ],
    ['the Kafka timestamp as event time', { eventTime: kafkaTimestamp }, 'eventTime was at, is the Kafka timestamp'],
    [
      'a shorter text',
      { fields: { ...base, code: string('Code.', { nullable: true, maxLength: 9 }) } },
      'field code has at most 9 characters, had at most 10 characters',
    ],
    [
      'a limit where there was none',
      { fields: { ...base, note: string('Note.', { nullable: true, maxLength: 9000 }) } },
      'field note has at most 9000 characters, had no limit of its own',
    ],
    [
      'a longer text, which tables of a warehouse have no room for',
      { fields: { ...base, code: string('Code.', { nullable: true }) } },
      'field code has no limit of its own, had at most 10 characters: warehouse tables',
    ],
    ['an older version', { version: 0 }, 'version is 0'],
    [
      'another meaning of a metric',
      { metrics: { totals: { ...facts.metrics.totals, by: [] } } },
      'metric totals was sum count by colour in windows of 60 s, is sum count in windows of 60 s',
    ],
    ['a metric less', { metrics: {} }, 'metric totals is gone'],
    ['another name', { name: 'test.renamed' }, 'its name is test.renamed now'],
  ];

  it.each(planted)('%s', (_, change, message) => {
    const [line, ...others] = found(change);
    expect(others).toEqual([]);
    expect(line).toContain(message);
    expect(line).toContain('make a new version');
    expect(line).toContain('test.stream');
  });

  it('a stream that no longer exists', () => {
    const [line] = incompatibilities(releasedContract(original), undefined);
    expect(line).toBe(
      'test.stream: there is no such stream any more; a name is permanent, and its topic and table have data: bring it back, and make a new version of it',
    );
  });
});

describe('a new version', () => {
  it('may narrow, remove and add', () => {
    const fields = { ...without('note'), id: string('Id.', { rule: { name: 'ids', oneOf: ['a'] } }), extra: partId };
    expect(found({ version: 2, fields, key: null })).toEqual([]);
  });

  it('may drop a metric, but not change what its name means', () => {
    expect(found({ version: 2, metrics: {} })).toEqual([]);
    const [line] = found({ version: 2, metrics: { totals: { ...facts.metrics.totals, by: [] } } });
    expect(line).toContain('make a new version, with a metric of another name');
  });

  it('may not change the type of a column that files have, nor take kafka partitions away', () => {
    const fields = { ...base, count: integer('How many.') };
    expect(found({ version: 2, fields, kafkaPartitions: 1 })).toEqual([
      'test.stream, version 1: kafkaPartitions was 2, is 1; make a new version, as a stream of another name, because a topic never has fewer than it had',
      'test.stream, version 1: field count was bigint, is integer; make a new version, with a field of another name, because a table’s files keep their types',
    ]);
  });
});
