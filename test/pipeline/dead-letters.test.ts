import { describe, expect, it } from 'vitest';
import type { DeliveredRecord } from '../../lib/pipeline/batch.ts';
import { deadLetterLines } from '../../lib/pipeline/dead-letters.ts';
import { peopleProfiles } from '../fixtures/lake/streams/people.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';

const CARD = '4111111111111111';
const SOURCE = { stream: 'people.profiles', topic: 'people.profiles', contract: peopleProfiles };

/** Everything that the dead letter keeps beside the payload, with base64 read back. */
function kept(record: Partial<DeliveredRecord>): string {
  const whole = {
    offset: 0,
    timestamp: 0,
    timestampType: 'LOG_APPEND_TIME',
    value: 'e30=',
    ...record,
  } as DeliveredRecord;
  const verdict = { reason: 'missing', path: '', detail: '', contractVersion: 1 } as const;
  const { bytes } = deadLetterLines(SOURCE, [{ record: whole, verdict }]);
  const { key, headers } = JSON.parse(Buffer.from(bytes).toString());
  const texts = [key ?? '', ...JSON.parse(headers).flatMap(({ name, value }: Record<string, string>) => [name, value])];
  return texts.map((text: string) => `${text} ${readBack(text)}`).join(' ');
}

/** Without the zeros between UTF-16's digits. */
const readBack = (text: string) =>
  text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64').toString('latin1').replaceAll('\0', '') : '';

const header = (name: string, value: Uint8Array) => ({ headers: [{ [name]: [...value] }] });
const clear = Buffer.from(CARD);

describe('of a stream with masked fields, no card number is in clear', () => {
  it.each([
    ['a key', { key: clear.toString('base64') }],
    ['a key behind bytes that are no text', { key: Buffer.concat([Buffer.from([0xff]), clear]).toString('base64') }],
    ['a key behind a schema’s id', { key: Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), clear]).toString('base64') }],
    ['a key before a NUL', { key: Buffer.concat([clear, Buffer.from([0])]).toString('base64') }],
    ['a key in UTF-16', { key: Buffer.from(CARD, 'utf16le').toString('base64') }],
    ['a key that looks like base64', { key: Buffer.from(`base64:${CARD}`).toString('base64') }],
    ['a header', header('card', clear)],
    ['a header behind bytes that are no text', header('card', Buffer.concat([Buffer.from([0xff]), clear]))],
    ['a header’s name', header(CARD, Buffer.from('1'))],
  ])('in %s', (_, record) => {
    const text = kept(record);
    expect(text).not.toContain(CARD);
    expect(text).toContain('1111');
  });
});

it('a contract without masked fields loses no digit of its dead letters’ keys and headers', () => {
  const source = { stream: 'shop.purchases', topic: 'shop.purchases', contract: shopPurchases };
  const record = {
    ...{ offset: 0, timestamp: 0, timestampType: 'LOG_APPEND_TIME', value: 'e30=' },
    ...{ key: clear.toString('base64'), ...header(CARD, clear) },
  } as unknown as DeliveredRecord;
  const verdict = { reason: 'missing', path: '', detail: '', contractVersion: 1 } as const;
  const { bytes } = deadLetterLines(source, [{ record, verdict }]);
  const letter = JSON.parse(Buffer.from(bytes).toString());
  expect([letter.key, JSON.parse(letter.headers)]).toEqual([CARD, [{ name: CARD, value: CARD }]]);
});
