import { describe, expect, it } from 'vitest';
import { contract, string, timestamp } from '../../lib/contracts/contract.ts';
import { columns } from '../../lib/derive/columns.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { chatRooms } from '../fixtures/lake/streams/chat.ts';
import { searchRaw } from '../fixtures/lake/streams/search.ts';
import { shopPurchases, shopTransactions } from '../fixtures/lake/streams/shop.ts';
import { accepted, line, NOW_MS, purchase, readPurchase, readWith } from '../support/readings.ts';

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

  it.each([
    ['−1', -1],
    ['in seconds', 1_769_864_400],
  ])(
    'is compared with no Kafka timestamp that is %s: what is read must not depend on when that is',
    (_, timestampMs) => {
      accepted(readPurchase(JSON.stringify(purchase), timestampMs));
      const far = readPurchase(JSON.stringify({ ...purchase, created_at: '2101-01-01T00:00:00Z' }), timestampMs);
      expect(far).toMatchObject({ reason: 'event_time_out_of_range', detail: 'expected a time from 1970 to 2100' });
    },
  );
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

  const LONGEST = 65_535;
  const tooLong = { reason: 'out_of_range', detail: expect.stringContaining('at most 65535 bytes') };

  it.each([
    ['letters', 'a'.repeat(LONGEST)],
    ['two bytes each', `a${'ä'.repeat((LONGEST - 1) / 2)}`],
    ['four bytes each', `abc${'😀'.repeat((LONGEST - 3) / 4)}`],
  ])('of 65,535 bytes is kept, and of more is out of range: %s', (_, longest) => {
    expect(Buffer.byteLength(longest)).toBe(LONGEST);
    expect(line(readWith('username', JSON.stringify(longest))).username).toBe(longest);
    expect(readWith('username', JSON.stringify(`${longest}a`))).toMatchObject({ ...tooLong, path: 'username' });
  });

  it('of fields that the contract does not know is out of range with more than 65,535 bytes', () => {
    const extra = (bytes: number) => readWith('x', JSON.stringify('a'.repeat(bytes - '{"x":""}'.length)));
    expect(Buffer.byteLength(line(extra(LONGEST)).$x)).toBe(LONGEST);
    expect(extra(LONGEST + 1)).toMatchObject({ ...tooLong, path: '_extra' });
  });

  it('of a nested field is out of range with more than 65,535 bytes, white space not counted', () => {
    const room = (messages: number) => {
      const message = { message_id: 'm', message_text: 'x'.repeat(180), message_date: '2026-01-31T12:00:00Z' };
      const own = { room_id: 'r', room_created_at: '2026-01-31T12:00:00Z', customer: { customer_id: 'c' } };
      const text = JSON.stringify({ ...own, messages: Array(messages).fill(message) }, null, 1);
      return reader(chatRooms).read(Buffer.from(text), NOW_MS);
    };
    expect(Buffer.byteLength(line(room(250)).messages)).toBeLessThanOrEqual(LONGEST);
    expect(room(300)).toMatchObject({ ...tooLong, path: 'messages' });
  });

  it('with a maxLength is measured in characters, and has the bytes that its column takes', () => {
    const codes = contract({
      name: 'test.codes',
      version: 1,
      description: 'Codes.',
      owner: 'tests',
      key: null,
      eventTime: 'at',
      identity: 'position',
      fields: { at: timestamp('Time.'), code: string('Code.', { maxLength: 5 }) },
    });
    const read = (code: string) =>
      reader(codes).read(Buffer.from(JSON.stringify({ at: '2026-01-31T12:00:00Z', code })), NOW_MS);
    const longest = '😀'.repeat(5);
    expect(line(read(longest)).code).toBe(longest);
    expect(columns(codes).find(({ name }) => name === 'code')?.type).toEqual({
      kind: 'string',
      maxBytes: Buffer.byteLength(longest),
    });
    for (const long of ['abcdef', `${longest}a`, 'a'.repeat(100_000)]) {
      expect(read(long)).toEqual({
        reason: 'out_of_range',
        path: 'code',
        detail: 'expected at most 5 characters, found more',
      });
    }
  });
});
