import { describe, expect, it } from 'vitest';
import { peopleProfiles } from '../../lib/contracts/people-profiles.ts';
import { searchRaw } from '../../lib/contracts/search-raw.ts';
import { shopPurchases } from '../../lib/contracts/shop-purchases.ts';
import { shopTransactions } from '../../lib/contracts/shop-transactions.ts';
import { type Accepted, reader } from '../../lib/pipeline/reading.ts';
import { nestedContract } from '../support/flat-contract.ts';

const NOW_MS = Date.parse('2026-01-31T13:00:00Z');

const purchase = { created_at: '2026-01-31T12:00:00Z', country: 'Germany', currency: 'EUR', amount: 100 };
const readPurchase = (text: string, timestampMs = NOW_MS) => reader(shopPurchases).read(Buffer.from(text), timestampMs);
const purchaseText = (name: string, json: string) =>
  `{${Object.entries({ ...purchase, [name]: 0 })
    .map(([key, value]) => `"${key}":${key === name ? json : JSON.stringify(value)}`)
    .join(',')}}`;
const readWith = (name: string, json: string) => readPurchase(purchaseText(name, json));

function accepted<T extends object>(reading: T): Extract<T, Accepted> {
  if ('reason' in reading) throw new Error(JSON.stringify(reading));
  return reading as Extract<T, Accepted>;
}

const line = (reading: object) => JSON.parse(accepted(reading as Accepted).line);

describe('timestamps', () => {
  it('are converted to UTC and keep their microseconds; finer digits are cut', () => {
    const reading = accepted(readWith('created_at', '"2026-01-31 12:00:00.123456789+01:00"'));
    expect(reading.event.created_at).toBe('2026-01-31 11:00:00.123456');
    expect(reading.eventTime).toBe('2026-01-31 11:00:00.123456');
    expect(line(reading).created_at).toBe('2026-01-31 11:00:00.123456');
  });

  it.each(['"2024-02-30T00:00:00Z"', '"2026-01-01T24:00:00Z"', '"2026-01-01T23:59:60Z"', '"yesterday"', '""'])(
    '%s does not exist',
    (json) => {
      expect(readWith('created_at', json)).toMatchObject({ reason: 'bad_format', path: 'created_at' });
    },
  );

  it.each(['1769864400', 'true', '[]'])('%s is of the wrong type where text is wanted', (json) => {
    expect(readWith('created_at', json)).toMatchObject({ reason: 'wrong_type', path: 'created_at' });
  });

  it.each([
    ['1769860800', '2026-01-31 12:00:00.000000'],
    ['1769860800.25', '2026-01-31 12:00:00.250000'],
    ['1.7698608e9', '2026-01-31 12:00:00.000000'],
  ])('may be seconds where the contract says so: %s', (json, canonical) => {
    const text = `{"user_id":"u","hotel_id":"h","search_timestamp":${json},"hotel_advertisers":{}}`;
    const reading = accepted(reader(searchRaw).read(Buffer.from(text), NOW_MS));
    expect(reading.event.search_timestamp).toBe(canonical);
    expect(line(reading).search_timestamp).toBe(canonical);
  });

  it.each([
    ['"1769860800"', 'wrong_type'],
    ['1769860800000', 'event_time_out_of_range'],
    ['-1', 'event_time_out_of_range'],
    ['1e400', 'event_time_out_of_range'],
  ])('%s is no moment of a search', (json, reason) => {
    const text = `{"user_id":"u","hotel_id":"h","search_timestamp":${json},"hotel_advertisers":{}}`;
    expect(reader(searchRaw).read(Buffer.from(text), NOW_MS)).toMatchObject({ reason, path: 'search_timestamp' });
  });
});

describe('event time', () => {
  it.each(['0001-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '2026-02-01T13:00:00.000001Z', '9999-12-31T23:59:59Z'])(
    'of %s is out of range',
    (time) => {
      expect(readWith('created_at', `"${time}"`)).toMatchObject({
        reason: 'event_time_out_of_range',
        path: 'created_at',
      });
    },
  );

  it('may be old, and up to 24 hours after the Kafka timestamp', () => {
    accepted(readWith('created_at', '"1970-01-01T00:00:00Z"'));
    accepted(readWith('created_at', '"2026-02-01T13:00:00Z"'));
  });

  it('is compared with 1970-01-01 where the Kafka timestamp is −1', () => {
    expect(readPurchase(JSON.stringify(purchase), -1)).toMatchObject({ reason: 'event_time_out_of_range' });
    accepted(readPurchase(JSON.stringify({ ...purchase, created_at: '1970-01-02T00:00:00Z' }), -1));
  });
});

describe('numbers', () => {
  it.each([
    ['1.0', 1],
    ['1e3', 1000],
    ['2147483647', 2147483647],
  ])('%s is an integer', (json, value) => {
    expect(line(readWith('amount', json)).amount).toBe(value);
  });

  it.each([
    ['1.5', 'wrong_type'],
    ['"1"', 'wrong_type'],
    ['true', 'wrong_type'],
    ['2147483648', 'out_of_range'],
    ['9007199254740993', 'out_of_range'],
    ['1e400', 'out_of_range'],
    ['"NaN"', 'wrong_type'],
    ['-0', 'rule'],
    ['-1', 'rule'],
  ])('%s is no amount: %s', (json, reason) => {
    expect(readWith('amount', json)).toMatchObject({ reason, path: 'amount' });
  });

  it.each(['NaN', '-Infinity', '01', '+1', '1.', '.5', '0x1'])('%s is no JSON', (json) => {
    expect(readWith('amount', json)).toMatchObject({ reason: 'not_json', path: '' });
  });

  const transaction = {
    ...{ transactionId: 't', productId: 'p', productPrice: 64.1, productQuantity: 3, currency: 'USD', customerId: 'c' },
    ...{ transactionDate: '2026-01-31T12:00:00Z', totalAmount: 192.29999999999998 },
  };
  const readTransaction = (change: object) =>
    reader(shopTransactions).read(Buffer.from(JSON.stringify({ ...transaction, ...change })), NOW_MS);

  it('of money are rounded half up from their shortest text: 192.29999999999998 is 192.30', () => {
    expect(accepted(readTransaction({})).event.totalAmount).toBe('192.30');
    expect(line(readTransaction({})).totalAmount).toBe('192.30');
  });

  it('of money have at most ten digits before the point', () => {
    expect(readTransaction({ productPrice: 9999999999.995 })).toMatchObject({
      reason: 'out_of_range',
      path: 'productPrice',
    });
  });

  it.each([0, -1, 0.004])('of money must be above zero as they are kept: %d is not', (productPrice) => {
    expect(readTransaction({ productPrice })).toMatchObject({ reason: 'rule', path: 'productPrice' });
  });

  it('break a rule over several fields by its name', () => {
    expect(readTransaction({ totalAmount: 192.32 })).toEqual({
      reason: 'rule',
      path: 'totalAmount',
      detail: 'total_is_price_times_quantity',
    });
    accepted(readTransaction({ totalAmount: 192.31 }));
  });
});

describe('text', () => {
  it.each([
    ['a lone surrogate', '"\\ud800"'],
    ['a lone low surrogate', '"a\\uDC00"'],
    ['a reversed pair', '"\\udc00\\ud800"'],
    ['U+0000', '"\\u0000"'],
  ])('with %s is invalid, in fields, keys and extras', (_, json) => {
    const invalid = { reason: 'invalid_text', path: '' };
    expect(readWith('username', json)).toMatchObject(invalid);
    expect(readWith('extra', json)).toMatchObject(invalid);
    expect(readWith('extra', `{"a":[{${json}:1}]}`)).toMatchObject(invalid);
  });

  it('with escapes that look alike is valid', () => {
    expect(line(readWith('username', '"\\\\u0000 \\\\ud800 \\ud83d\\ude00"')).username).toBe('\\u0000 \\ud800 😀');
  });

  it.each([
    ['raw U+0000', '{"a":"\0"}', 'not_json'],
    ['raw line break', '{"a":"\n"}', 'not_json'],
    ['byte order mark', `\ufeff${JSON.stringify(purchase)}`, 'not_json'],
  ])('with a %s is no JSON', (_, text, reason) => {
    expect(readPurchase(text)).toMatchObject({ reason });
  });

  it.each([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]])(
    'with the bytes %d %d %d is no UTF-8',
    (...bytes) => {
      const value = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
      expect(reader(shopPurchases).read(value, NOW_MS)).toMatchObject({ reason: 'not_utf8', path: '' });
    },
  );

  it('of a megabyte is kept', () => {
    expect(line(readWith('username', JSON.stringify('ä'.repeat(1 << 20)))).username).toHaveLength(1 << 20);
  });
});

describe('what is no event', () => {
  it.each([
    ['a tombstone', null, 'null_value'],
    ['no bytes', '', 'not_json'],
    ['white space', ' ', 'not_json'],
    ['half an object', '{"a":', 'not_json'],
    ['a trailing comma', '{"a":1,}', 'not_json'],
    ['two objects', '{}{}', 'not_json'],
    ['null', 'null', 'not_an_object'],
    ['a number', '1', 'not_an_object'],
    ['text', '"a"', 'not_an_object'],
    ['an array', '[{}]', 'not_an_object'],
    ['an empty object', '{}', 'missing'],
  ])('%s is told apart', (_, text, reason) => {
    const value = text === null ? null : Buffer.from(text);
    expect(reader(shopPurchases).read(value, NOW_MS)).toMatchObject({ reason });
  });

  it('the first failing field is named, in the contract’s order', () => {
    expect(readPurchase('{"amount":"1","currency":7}')).toMatchObject({ reason: 'missing', path: 'created_at' });
    expect(readPurchase('{"amount":"1","created_at":"2026-01-31T00:00:00","country":null}')).toMatchObject({
      reason: 'missing',
      path: 'country',
      detail: 'expected a string, found null',
    });
  });

  it('an unknown currency breaks a rule', () => {
    expect(readWith('currency', '"XXQ"')).toMatchObject({ reason: 'rule', path: 'currency' });
    expect(readWith('currency', '"DEM"')).toHaveProperty('line');
  });

  it('a failing item is named by its place', () => {
    const room = { id: 'a', createdAt: '2026-01-31T12:00:00Z', buyer: { name: 'b' } };
    const read = (change: object) =>
      reader(nestedContract).read(Buffer.from(JSON.stringify({ ...room, ...change })), NOW_MS);
    const item = { sku: 's', pieces: 1 };
    expect(read({ buyer: {} })).toMatchObject({ reason: 'missing', path: 'buyer.name' });
    expect(read({ items: [item, { sku: 's', pieces: 0 }] })).toMatchObject({ reason: 'rule', path: 'items.1.pieces' });
    expect(read({ items: [item, null] })).toMatchObject({ reason: 'missing', path: 'items.1' });
    expect(read({ stock: { Rome: [{ ...item, shippedAt: 'x' }] } })).toMatchObject({
      reason: 'bad_format',
      path: 'stock.Rome.0.shippedAt',
    });
    expect(read({ items: [{ ...item, isGift: 'yes' }] })).toMatchObject({
      reason: 'wrong_type',
      path: 'items.0.isGift',
    });
  });

  it('no value of the payload is in the verdict', () => {
    for (const json of ['"secret"', '["secret"]', '{"secret":1}']) {
      expect(JSON.stringify(readWith('amount', json))).not.toContain('secret');
    }
  });
});

describe('nesting', () => {
  const nested = (levels: number) => readWith('extra', '['.repeat(levels - 1) + ']'.repeat(levels - 1));

  it('of a hundred levels is kept, deeper is out of range', () => {
    expect(nested(100)).toHaveProperty('line');
    expect(nested(101)).toEqual({ reason: 'out_of_range', path: '', detail: 'nested deeper than 100 levels' });
  });

  it('of 200,000 levels overflows no stack', () => {
    expect(nested(200_000)).toMatchObject({ reason: 'out_of_range' });
    expect(readPurchase('['.repeat(200_000))).toMatchObject({ reason: 'not_json' });
    expect(readWith('extra', '{"1":'.repeat(200_000) + 1 + '}'.repeat(200_000))).toMatchObject({
      reason: 'out_of_range',
    });
  });

  it('is not mistaken in text, nor in width', () => {
    expect(readWith('extra', JSON.stringify('['.repeat(500)))).toHaveProperty('line');
    expect(readWith('extra', JSON.stringify(Array.from({ length: 500 }, () => [])))).toHaveProperty('line');
  });
});

describe('extra fields', () => {
  it('are kept in canonical JSON, whatever they are called', () => {
    const text = JSON.stringify(purchase).replace(
      '{',
      '{"__proto__":{"country":"x"}, "":[1.0], "10":1, "9":-0, "toString":null,',
    );
    const { $x, ...fields } = line(readPurchase(text));
    expect($x).toBe('{"__proto__":{"country":"x"},"":[1],"10":1,"9":0,"toString":null}');
    expect(fields).toEqual({ ...purchase, created_at: '2026-01-31 12:00:00.000000' });
  });

  it('do not stand in for fields', () => {
    const { country: _, ...without } = purchase;
    const text = JSON.stringify(without).replace('{', '{"__proto__":{"country":"x"},');
    expect(readPurchase(text)).toMatchObject({ reason: 'missing', path: 'country' });
  });

  it('beyond a double are out of range', () => {
    expect(readWith('extra', '{"a":[1e400]}')).toMatchObject({ reason: 'out_of_range', path: 'extra.a.0' });
    expect(readWith('extra', `-${'9'.repeat(400)}`)).toMatchObject({ reason: 'out_of_range', path: 'extra' });
    expect(readWith('extra', '"1e400"')).toHaveProperty('line');
    expect(readWith('extra', '1e-400')).toHaveProperty('line');
  });

  it('are absent from the line where there are none', () => {
    expect(line(readPurchase(JSON.stringify(purchase)))).not.toHaveProperty('$x');
  });
});

describe('nested fields', () => {
  it('are events with maps in the document’s order, and JSON text as it came in the line', () => {
    const advertisers = '{"10":[{"eurocents":1.0,"breakfast":"false","x":{"2":1,"1":2}}],"Amoma":[],"9":[]}';
    const text = `{"user_id":"u","hotel_id":"h","search_timestamp":1769860800,"hotel_advertisers": ${advertisers}}`;
    const reading = accepted(reader(searchRaw).read(Buffer.from(text), NOW_MS));
    expect([...reading.event.hotel_advertisers]).toEqual([
      ['10', [{ eurocents: 1, breakfast: false }]],
      ['Amoma', []],
      ['9', []],
    ]);
    expect(line(reading).hotel_advertisers).toBe(advertisers.replace('1.0', '1'));
  });

  it('take numbers beyond a double nowhere', () => {
    const text = `{"id":"a","createdAt":"2026-01-31T12:00:00Z","buyer":{"name":"b","x":1e400}}`;
    expect(reader(nestedContract).read(Buffer.from(text), NOW_MS)).toMatchObject({
      reason: 'out_of_range',
      path: 'buyer.x',
    });
  });
});

describe('a duplicate key', () => {
  it('counts by its last value', () => {
    const text = JSON.stringify(purchase).replace('{', '{"amount":"x",').replace('}', ',"country":"Italy"}');
    expect(line(readPurchase(text))).toMatchObject({ amount: 100, country: 'Italy' });
    expect(readPurchase(JSON.stringify(purchase).replace('}', ',"amount":null}'))).toMatchObject({ reason: 'missing' });
  });
});

describe('masked fields', () => {
  const CARD = '4111111111111111';

  it('are masked in the event, in the line, and in extras of that name', () => {
    const profile = {
      event_timestamp: '2026-01-31T12:00:00Z',
      credit_card_number: CARD,
      old: [{ credit_card_number: Number(CARD) }],
    };
    const reading = accepted(reader(peopleProfiles).read(Buffer.from(JSON.stringify(profile)), NOW_MS));
    expect(reading.event.credit_card_number).toBe('************1111');
    expect(line(reading).$x).toBe('{"old":[{"credit_card_number":"************1111"}]}');
    expect(JSON.stringify(reading)).not.toContain(CARD);
  });

  it('are masked inside nested fields too', () => {
    const text = JSON.stringify({
      ...{ id: 'a', createdAt: '2026-01-31T12:00:00Z', buyer: { name: 'b', pin: 123456 } },
      items: [{ sku: 's', pieces: 1, pin: '12345678' }],
    });
    const reading = accepted(reader(nestedContract).read(Buffer.from(text), NOW_MS));
    expect(reading.event.items?.[0]?.pin).toBe('****5678');
    expect(line(reading).buyer).toBe('{"name":"b","pin":"**3456"}');
    expect(reading.line).not.toContain('12345678');
  });

  it('do not show in the path of a dead letter', () => {
    const text = `{"event_timestamp":"2026-01-31T12:00:00Z","${CARD}":1e400}`;
    expect(reader(peopleProfiles).read(Buffer.from(text), NOW_MS)).toMatchObject({ path: '************1111' });
  });
});
