import { describe, expect, it } from 'vitest';
import { reader } from '../../lib/pipeline/reading.ts';
import { peopleProfiles } from '../fixtures/lake/streams/people.ts';
import { searchRaw } from '../fixtures/lake/streams/search.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { nestedContract } from '../support/flat-contract.ts';
import { accepted, line, NOW_MS, purchase, readPurchase, readWith } from '../support/readings.ts';

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
    expect($x).toBe('{"__proto__":{"country":"x"},"":[1.0],"10":1,"9":-0,"toString":null}');
    expect(fields).toEqual({ ...purchase, created_at: '2026-01-31 12:00:00.000000' });
  });

  it('do not stand in for fields', () => {
    const { country: _, ...without } = purchase;
    const text = JSON.stringify(without).replace('{', '{"__proto__":{"country":"x"},');
    expect(readPurchase(text)).toMatchObject({ reason: 'missing', path: 'country' });
  });

  it('keep each number as it was written', () => {
    const extra = '{"ticket":9007199254740993,"n":[1.10,1e400,-0,1234567890123456789,-0.00000000000000000000012345]}';
    const { $x } = line(readWith('extra', extra));
    expect($x).toBe(`{"extra":${extra}}`);
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
    expect(line(reading).hotel_advertisers).toBe(advertisers);
  });

  it('keep each number as it was written, that of a field too', () => {
    const buyer = '{"name":"b","age":4.2e1,"id":9007199254740993,"x":1e400}';
    const text = `{"id":"a","createdAt":"2026-01-31T12:00:00Z","buyer":${buyer}}`;
    const reading = accepted(reader(nestedContract).read(Buffer.from(text), NOW_MS));
    expect(reading.event.buyer).toEqual({ name: 'b', age: 42 });
    expect(line(reading).buyer).toBe(buyer);
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
    const text = `{"id":"a","createdAt":"2026-01-31T12:00:00Z","buyer":{"name":"b"},"stock":{"${CARD}":1}}`;
    expect(reader(nestedContract).read(Buffer.from(text), NOW_MS)).toMatchObject({ path: 'stock.************1111' });
  });
});
