import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskDigits, maskPayload, maskText } from '../../lib/pipeline/masking.ts';
import { peopleProfiles } from '../fixtures/lake/streams/people.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';

const CARD = '4111111111111111';

function maskedProfile(text: string | Uint8Array): string {
  return Buffer.from(maskPayload(peopleProfiles, Buffer.from(text))).toString('latin1');
}

describe('masked text', () => {
  it.each([
    [CARD, '************1111'],
    ['12345', '*2345'],
    ['1234', '****'],
    ['1', '*'],
    ['', ''],
    ['ab😀cd😀', '**😀cd😀'],
  ])('of %s is %s', (clear, masked) => {
    expect(maskText(clear)).toBe(masked);
    expect(maskText(masked)).toBe(masked);
  });
});

describe('masked digits', () => {
  it.each([
    [`pan=${CARD};`, 'pan=************1111;'],
    ['4111 1111 1111 1111', '**** **** **** 1111'],
    ['4111-1111-1111-1111', '****-****-****-1111'],
    ['12345678', '****5678'],
    ['1234567', '1234567'],
    ['2026-01-31T13:00:00', '2026-01-31T13:00:00'],
    ['+49 30 901820', '+49 30 901820'],
    [`${CARD}${CARD}`, `${'*'.repeat(28)}1111`],
  ])('of %s are %s', (clear, masked) => {
    expect(maskDigits(clear)).toBe(masked);
  });
});

describe('a payload of a contract with masked fields', () => {
  it.each([
    ['the field', `{"credit_card_number":"${CARD}"}`, '{"credit_card_number":"************1111"}'],
    ['a number in its place', `{"credit_card_number" : ${CARD} }`, '{"credit_card_number" : "************1111" }'],
    ['a list in its place', '{"credit_card_number":[4111,11]}', '{"credit_card_number":"*****,11]"}'],
    [
      'the field inside others',
      `{"a":[{"credit_card_number":"${CARD}"}]}`,
      '{"a":[{"credit_card_number":"************1111"}]}',
    ],
    [
      'an object in its place that holds the field again',
      `{"credit_card_number":{"credit_card_number":"${CARD}"}}`,
      `{"credit_card_number":"${'*'.repeat(37)}11\\"}"}`,
    ],
    [
      'an object with lists in its place',
      `{"credit_card_number":{"a":[1,["${CARD}"]]},"b":1}`,
      `{"credit_card_number":"${'*'.repeat(26)}\\"]]}","b":1}`,
    ],
    [
      'each of repeated fields',
      `{"credit_card_number":"${CARD}","credit_card_number":"1"}`,
      '{"credit_card_number":"************1111","credit_card_number":"*"}',
    ],
    ['an escaped name', `{"credit\\u005fcard_number":"${CARD}"}`, '{"credit\\u005fcard_number":"************1111"}'],
    ['null, which stays', '{"credit_card_number":null}', '{"credit_card_number":null}'],
    [
      'nothing else',
      '{"card_provider":"12345678", "credit_card_number":"1"}',
      '{"card_provider":"12345678", "credit_card_number":"*"}',
    ],
    ['runs of digits in a list', `[{"credit_card_number":"${CARD}"}]`, '[{"credit_card_number":"************1111"}]'],
    ['runs of digits in broken JSON', `{"credit_card_number":"${CARD}`, '{"credit_card_number":"************1111'],
    [
      'runs of digits in invalid UTF-8',
      Buffer.concat([Buffer.from(CARD), Buffer.from([0xff])]),
      '************1111\xff',
    ],
    ['runs of digits in UTF-16', Buffer.from(CARD, 'utf16le'), `${'*\0'.repeat(12)}${'1\0'.repeat(4)}`],
  ])('has %s masked', (_, payload, masked) => {
    expect(maskedProfile(payload)).toBe(masked);
  });

  it('is masked however deep it is nested', () => {
    const payload = `{"a":${'['.repeat(200_000)}{"credit_card_number":"${CARD}"}${']'.repeat(200_000)}}`;
    expect(maskedProfile(payload)).not.toContain(CARD);
  });

  it('never keeps a card number of the field, whatever stands around it', () => {
    const around = fc.string({ unit: 'binary' });
    const property = fc.property(
      around,
      around,
      fc.constantFrom(CARD, `"${CARD}"`, `["${CARD}"]`),
      (key, text, card) => {
        const payload = `{${JSON.stringify(key)}:${JSON.stringify(text)}, "credit_card_number": ${card}}`;
        expect(maskedProfile(payload)).not.toContain(CARD);
        expect(maskedProfile(`${payload}${text}`)).not.toContain(CARD);
      },
    );
    fc.assert(property);
  });
});

it('a payload of a contract without masked fields stays as it is, byte for byte', () => {
  const bytes = Buffer.from(`{"credit_card_number":"${CARD}"\xff`, 'latin1');
  expect(maskPayload(shopPurchases, bytes)).toBe(bytes);
});
