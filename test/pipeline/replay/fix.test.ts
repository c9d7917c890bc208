import { describe, expect, it } from 'vitest';
import { applyFix, changedPlace, type Fix } from '../../../lib/pipeline/replay/fix.ts';
import type { Letter } from '../../../lib/pipeline/replay/letter.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';

const letter = (payload: string | null, path = ''): Letter => ({
  kafkaOffset: 3,
  ingestedAtMs: Date.UTC(2026, 0, 31, 13),
  key: null,
  payload,
  reason: 'rule',
  path,
  detail: '',
});
const made = (fix: Fix, payload: string | null) => {
  const fixed = applyFix(fix, letter(payload));
  return 'refusal' in fixed ? fixed : fixed.payload.toString();
};

describe('a fix', () => {
  it('is given the event and the letter, and makes the payload', () => {
    const fix: Fix = (event, { kafkaOffset }) => ({ ...event, a: kafkaOffset });
    expect(made(fix, '{"a":1,"b":[2]}')).toBe('{"a":3,"b":[2]}');
  });

  it('leaves the digits of what it does not change as they were written', () => {
    const payload = '{"id":9007199254740993, "n":1.10,"x":{"y":1e400},"a":1}';
    expect(made((event) => ({ ...event, a: 2 }), payload)).toBe(
      '{"id":9007199254740993,"n":1.10,"x":{"y":1e400},"a":2}',
    );
  });

  it('may change a nested value in place', () => {
    const fix: Fix = (event) => {
      (event as { x: { y: number } }).x.y = 2;
      return event;
    };
    expect(made(fix, '{"x":{"y":1},"z":1.0}')).toBe('{"x":{"y":2},"z":1.0}');
  });

  it('takes a field away by leaving it out, or by undefined', () => {
    expect(made((event) => ({ ...event, a: undefined }), '{"a":1,"b":2}')).toBe('{"b":2}');
  });

  it('is given null where the payload is no JSON object, and may make the text itself', () => {
    for (const payload of ['{"a":1', '[1]', '', null, 'base64:/w==']) {
      expect(made((event, { payload: text }) => (event === null ? `${text}}` : 'x'), payload)).toBe(`${payload}}`);
    }
  });

  it.each<[string, Fix, string]>([
    [
      'throws',
      () => {
        throw new RangeError('secret');
      },
      'the fix threw RangeError',
    ],
    ['returns nothing', () => undefined, 'the fix returned nothing'],
    ['returns null', () => null, 'the fix returned nothing'],
    ['returns a number', () => 7, 'expected an object or JSON text from the fix, found a number'],
    ['returns a list', () => [{}], 'expected an object or JSON text from the fix, found a list'],
    [
      'returns a promise, which fails',
      () => Promise.reject(new Error('late')),
      'expected an object or JSON text from the fix, found a promise; a fix answers at once',
    ],
    ['returns what JSON cannot say', () => ({ a: 1n }), 'the fix threw TypeError'],
  ])('that %s leaves the letter as it is, and the reason quotes nothing of the event', (_, fix, refusal) => {
    expect(made(fix, '{"a":1}')).toEqual({ refusal });
  });
});

describe('the place of an event', () => {
  const changed = changedPlace(shopPurchases);
  const event = (country: string, createdAt: string) => ({ country, created_at: createdAt });
  const before = '{"country":"Italy","created_at":"2026-01-31T12:00:00Z","amount":"x"}';

  it('is changed by another key, and by another event time', () => {
    const time = '2026-01-31 12:00:00.000000';
    expect(changed(letter(before), event('Italy', time))).toBeUndefined();
    expect(changed(letter(before), event('Spain', time))).toBe('key (country)');
    expect(changed(letter(before), event('Italy', '2026-01-31 12:00:01.000000'))).toBe('event time (created_at)');
  });

  it('may be given where it could not be read, or was what the record was rejected for', () => {
    const time = '2026-01-31 12:00:00.000000';
    expect(changed(letter('{"country":7,"created_at":"soon"}'), event('Italy', time))).toBeUndefined();
    expect(changed(letter('no JSON'), event('Italy', time))).toBeUndefined();
    expect(changed(letter(before, 'country'), event('Spain', time))).toBeUndefined();
    expect(changed(letter(before, 'created_at'), event('Italy', '2026-01-30 12:00:00.000000'))).toBeUndefined();
  });

  it('is that of the last member where a key occurs twice', () => {
    const twice = '{"country":"Spain","country":"Italy"}';
    expect(changed(letter(twice), event('Italy', 'x'))).toBeUndefined();
    expect(changed(letter(twice), event('Spain', 'x'))).toBe('key (country)');
  });
});
