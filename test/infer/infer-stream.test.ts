import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../lib/contracts/contract.ts';
import { type Inference, inferStream } from '../../lib/infer/infer-stream.ts';

const NOW_MS = Date.parse('2026-01-31T13:00:00Z');

async function* sampleOf(texts: readonly string[]) {
  for (const [index, text] of texts.entries()) yield { place: `line ${index + 1}`, bytes: Buffer.from(text) };
}

const inferred = (texts: readonly string[], name = 'orders') =>
  inferStream(sampleOf(texts), { name, sample: 'sample.ndjson', language: 'weir', nowMs: NOW_MS });

const inferredOf = (events: readonly object[]) => inferred(events.map((event) => JSON.stringify(event)));

/** The types that were found, as they are written: `decimal(12,3)?`. */
function typesOf({ contract }: Inference): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(contract.fields).map(([name, { type, nullable }]) => [
      name,
      `${typeText(type)}${nullable ? '?' : ''}`,
    ]),
  );
}

function typeText(type: FieldType): string {
  const text = 'text' in type && type.text ? 'OrText' : '';
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})${text}`;
    case 'timestamp':
      return type.wire === 'text' ? 'timestamp' : type.wire;
    case 'list':
    case 'map':
      return `${type.kind}<${typeText(type.of.type)}>`;
    case 'struct':
      return `{${Object.entries(type.fields).map(([name, { type: inner, nullable }]) => `${name}:${typeText(inner)}${nullable ? '?' : ''}`)}}`;
    default:
      return `${type.kind}${text}`;
  }
}

const at = '2026-01-31T12:00:00Z';

describe('the type of a field is the narrowest that holds for all of the sample', () => {
  it.each<readonly [string, readonly unknown[], string]>([
    ['integers of 32 bits', [1, -2_147_483_648, 2_147_483_647], 'integer'],
    ['larger ones', [1, 2_147_483_648], 'bigint'],
    ['cents', [1.5, 10, 99.99], 'decimal(12,2)'],
    ['more decimals', [1.125], 'decimal(13,3)'],
    ['what floating point leaves', [192.29999999999998], 'double'],
    ['exponents', [1e300], 'double'],
    ['amounts as text', ['758.69', '12'], 'decimal(12,2)OrText'],
    ['numbers and the same as text', [5, '6'], 'integerOrText'],
    ['digits that are an id', ['4711', '0815'], 'string'],
    ['booleans', [true, false], 'boolean'],
    ['booleans as text too', [true, 'false'], 'booleanOrText'],
    ['times', ['2026-01-31 12:00:00', '2026-01-31T12:00:00.5+01:00'], 'timestamp'],
    ['days', ['2026-01-31'], 'date'],
    ['days and times', ['2026-01-31', '2026-01-31T12:00:00Z'], 'string'],
    ['UUIDs', ['0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f'], 'uuid'],
    ['milliseconds since 1970', [1_767_225_600_123], 'epochMillis'],
    ['microseconds since 1970', [1_767_225_600_123_456], 'epochMicros'],
    ['some null', ['a', null], 'string?'],
    ['nothing but null', [null, null], 'json?'],
    ['lists', [['a'], []], 'list<string>'],
    ['empty lists', [[]], 'json'],
    [
      'objects with the same names',
      [
        { x: 1, y: 'a' },
        { x: 2, y: null },
      ],
      '{x:integer,y:string?}',
    ],
    ['objects with names that are data', [{ a: 1, b: 2 }, { c: 3 }, { d: 4 }], 'map<integer>'],
    ['values of several kinds', ['a', { b: 1 }], 'json'],
  ])('%s', async (_, values, expected) => {
    const inference = await inferredOf(values.map((value) => ({ at, value })));
    expect(typesOf(inference)).toEqual({ at: 'timestamp', value: expected });
    expect(inference).toMatchObject({ accepted: values.length, events: values.length, refusals: [] });
  });

  it('seconds since 1970 are recognised by name, because many ids are as large', async () => {
    const types = typesOf(await inferredOf([{ created_at: 1_767_225_600, order: 1_767_225_600 }]));
    expect(types).toEqual({ created_at: 'epochSeconds', order: 'integer' });
  });

  it('a number that no double holds keeps its digits', async () => {
    const inference = await inferred([`{"at":"${at}","n":9007199254740993}`, `{"at":"${at}","n":1}`]);
    expect(typesOf(inference).n).toBe('decimal(16,0)');
    expect(inference.accepted).toBe(2);
  });

  it('a field that is absent somewhere may be', async () => {
    expect(typesOf(await inferredOf([{ at, note: 'a' }, { at }]))).toEqual({ at: 'timestamp', note: 'string?' });
  });
});

describe('names that no field can have', () => {
  it('get one, and keep theirs on the wire', async () => {
    const { contract, source, accepted } = await inferredOf([
      { '@timestamp': at, 'user-agent': 'x', 'geo.country': 'de', dt: 'a', '1st': 1, Dt: 2 },
    ]);
    expect(Object.entries(contract.fields).map(([name, { wire }]) => [name, wire])).toEqual([
      ['timestamp', '@timestamp'],
      ['user_agent', 'user-agent'],
      ['geo_country', 'geo.country'],
      ['dt_2', 'dt'],
      ['field_1st', '1st'],
    ]);
    expect(source).toContain('// It stays in _extra: "Dt" is called as another but for case.');
    expect(accepted).toBe(1);
  });
});

describe('key, event time and identity', () => {
  it('are chosen with a reason, which the file says', async () => {
    const events = ['a', 'b', 'c'].map((id) => ({ shopId: 's1', orderId: id, updated: at, created_at: at }));
    const { contract, source } = await inferredOf(events);
    expect(contract).toMatchObject({ key: 'shopId', eventTime: 'created_at', identity: 'orderId' });
    expect(source).toContain(
      '  // Of updated, created_at the likeliest by its name, and in every event of the sample.\n',
    );
    expect(source).toContain('  // It differs in every event of the sample.\n');
  });

  it('are the Kafka timestamp, none and the position where there are none', async () => {
    const { contract, source, accepted } = await inferredOf([{ n: 1 }, { n: 1 }]);
    expect(contract).toMatchObject({ key: null, identity: 'position', eventTime: { kafkaTimestamp: true } });
    expect(source).toContain('eventTime: kafkaTimestamp,');
    expect(accepted).toBe(2);
  });
});

it('what may be personal data is marked, also inside of others', async () => {
  const { source } = await inferredOf([
    { at, phone: '1', product_name: 'x', contact: { mail: 'a@example.com' }, page: 'b@example.com' },
  ]);
  expect(source.match(/Personal data\?.*\n\s+\w+/g)?.map((text) => text.replace(/\s+/g, ' '))).toEqual([
    'Personal data? Its name suggests it. Decide: { personal: true }, or remove this line. phone',
    'Personal data? Mail inside it: values look like e-mail addresses. Decide: { personal: true }, or remove this line. contact',
    'Personal data? Values look like e-mail addresses. Decide: { personal: true }, or remove this line. page',
  ]);
});

describe('one odd event in 10,000', () => {
  const regular = Array.from({ length: 9_999 }, (_, index) => ({
    id: `o-${index}`,
    at,
    amount: index / 4,
    note: index % 2 ? 'a' : null,
  }));

  it.each<readonly [string, object, RegExp]>([
    ['another type', { id: 'x', at, amount: 'much' }, /^line 5001: wrong_type at amount: /],
    ['a field that is missing', { id: 'x', amount: 1 }, /^line 5001: missing at at: /],
    ['no number', { id: 'x', at, amount: [] }, /^line 5001: wrong_type at amount: /],
  ])('with %s is reported, and decides nothing', async (_, odd, refusal) => {
    const inference = await inferredOf([...regular.slice(0, 5000), odd, ...regular.slice(5000)]);
    expect(typesOf(inference)).toEqual({ id: 'string', at: 'timestamp', amount: 'decimal(12,2)', note: 'string?' });
    expect(inference).toMatchObject({ events: 10_000, accepted: 9_999, refusals: [expect.stringMatching(refusal)] });
  });

  it('with a field of its own leaves that in _extra', async () => {
    const inference = await inferredOf([...regular, { id: 'x', at, amount: 1, oops: 1 }]);
    expect(typesOf(inference)).not.toHaveProperty('oops');
    expect(inference.source).toContain('// It stays in _extra: "oops" is hardly ever there.');
    expect(inference.accepted).toBe(10_000);
  });

  it('that is no JSON at all is reported', async () => {
    const inference = await inferred([...regular.map((event) => JSON.stringify(event)), 'oops']);
    expect(inference).toMatchObject({ accepted: 9_999, refusals: [expect.stringMatching(/^line 10000: not_json/)] });
  });
});

describe('a sample without events is refused in one line', () => {
  it.each([
    ['empty', [], 'sample.ndjson: expected events, found none; take a sample that has some'],
    ['of lines that are no JSON', ['a', 'b'], 'found 2 values of another kind; take a sample of events'],
    ['of lists', ['[1]'], 'found a value of another kind'],
    ['of empty objects', ['{}'], 'expected JSON objects with fields'],
  ])('%s', async (_, texts, message) => {
    await expect(inferred(texts)).rejects.toThrow(message);
  });
});

it('the contract accepts every event of any small sample (property)', async () => {
  const name = fc.constantFrom('a', 'b', 'user-agent', 'dt', 'Name', 'name', 'x.y', '9');
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(
      '',
      'a',
      '1',
      '1.5',
      'true',
      '2026-01-31',
      '2026-01-31 12:00:00',
      '0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f',
    ),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const event = fc.dictionary(name, value, { minKeys: 1, maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
      const { accepted, refusals } = await inferredOf(events);
      expect({ accepted, refusals }).toEqual({ accepted: events.length, refusals: [] });
    }),
    { numRuns: 300 },
  );
});
