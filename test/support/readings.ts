import { type Accepted, reader } from '../../lib/pipeline/reading.ts';
import type { Shapes } from '../../lib/pipeline/shapes.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';

/** The Kafka timestamp of every record in these tests, unless they say otherwise. */
export const NOW_MS = Date.parse('2026-01-31T13:00:00Z');

/** A purchase with only the required fields. */
export const purchase = { created_at: '2026-01-31T12:00:00Z', country: 'Germany', currency: 'EUR', amount: 100 };
export const readPurchase = (text: string, timestampMs = NOW_MS) =>
  reader(shopPurchases).read(Buffer.from(text), timestampMs);
const purchaseText = (name: string, json: string) =>
  `{${Object.entries({ ...purchase, [name]: 0 })
    .map(([key, value]) => `"${key}":${key === name ? json : JSON.stringify(value)}`)
    .join(',')}}`;
/** Reads the purchase with one field set to the given JSON text. */
export const readWith = (name: string, json: string) => readPurchase(purchaseText(name, json));

/** The accepted result. @throws if it was rejected */
export function accepted<T extends object>(reading: T): Extract<T, Accepted> {
  if ('reason' in reading) throw new Error(JSON.stringify(reading));
  return reading as Extract<T, Accepted>;
}

/** The parsed line of the result. */
export const line = (reading: object) => JSON.parse(accepted(reading as Accepted).line);

/** Whether the shape matches the record, as one of several in a batch's text. */
export function accepts(all: Shapes, latin1Text: string, latestEventDay: string): boolean {
  const before = '{"a":1}\n';
  const start = before.length;
  return all.endOfMatch(`${before}${latin1Text}\n${before}`, start, latestEventDay) === start + latin1Text.length;
}
