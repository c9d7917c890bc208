import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { wireFields } from '../../lib/contracts/wire-name.ts';
import { rowSelect } from '../../lib/derive/row-select.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { shapes } from '../../lib/pipeline/shapes.ts';
import { peopleProfiles } from '../fixtures/lake/streams/people.ts';
import { shopFeedback, shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { contracts } from '../support/fixture-project.ts';
import { flatContract, foreignContract, nestedContract } from '../support/flat-contract.ts';
import { eventTexts, fuzzRuns, mutated } from '../support/json-events.ts';
import { accepts } from '../support/readings.ts';
import { rowsOf, withPosition } from '../support/rows.ts';

const DAY = '2026-01-31';
/** The earliest record of the day: what the shape accepts must hold for it too. */
const EARLIEST_MS = Date.parse(`${DAY}T00:00:00Z`);

const valid = {
  id: 'a',
  happenedAt: '2026-01-31T13:00:00.123456Z',
  seenAt: '2026-01-31 13:00:00',
  note: 'äöü 😀',
  card: '************1111',
  currency: 'EUR',
  price: 64.1,
  balance: -12.5,
  rate: 0.000001,
  rating: 5,
  count: -7,
  total: 123456789012345,
  ratio: 0.25,
  isGood: true,
  event_id: null,
};
const validText = JSON.stringify(valid);

function learned(contract: Contract, ...texts: readonly string[]) {
  const all = shapes(contract);
  for (const text of texts) all.learn(text);
  return all;
}

const latin1 = (text: string) => Buffer.from(text).toString('latin1');
const acceptsChanged = (change: Readonly<Record<string, unknown>>) =>
  accepts(learned(flatContract, validText), latin1(JSON.stringify({ ...valid, ...change })), DAY);
const acceptsText = (text: string) => accepts(learned(flatContract, validText), latin1(text), DAY);

describe('the shape of a contract', () => {
  it('accepts nothing until it has learned an order of keys, then every record of that order', () => {
    expect(accepts(shapes(flatContract), latin1(validText), DAY)).toBe(false);
    expect(acceptsText(validText)).toBe(true);
    expect(acceptsChanged({ note: null, price: 1, rating: 1 })).toBe(true);
  });

  it('takes one space behind colons and commas, as Python writes them, and no other white space', () => {
    expect(acceptsText(validText.replaceAll(',"', ', "').replaceAll('":', '": '))).toBe(true);
    expect(acceptsText(`${validText}\n`)).toBe(false);
    expect(acceptsText(` ${validText}`)).toBe(false);
    expect(acceptsText(validText.replace('{', '{ '))).toBe(false);
    expect(acceptsText(validText.replace(':', ' :'))).toBe(false);
    expect(acceptsText(validText.replace(',', ',\n'))).toBe(false);
  });

  it('takes doubles of 17 digits, and negative fractions', () => {
    expect(acceptsChanged({ ratio: 0.12345678901234568, balance: -0.5, rate: -0.000001 })).toBe(true);
    expect(acceptsText(validText.replace('-12.5', '-0.00'))).toBe(false);
  });

  it('finds the event time behind a value that is called like it', () => {
    const { happenedAt, ...others } = valid;
    const text = (time: string) => JSON.stringify({ ...others, note: 'happenedAt', happenedAt: time });
    const all = learned(flatContract, text(happenedAt));
    expect(accepts(all, latin1(text(happenedAt)), DAY)).toBe(true);
    expect(accepts(all, latin1(text('2026-02-01T00:00:00Z')), DAY)).toBe(false);
  });

  it.each([
    ['a wrong type', { id: 1 }],
    ['a backslash', { note: 'a\nb' }],
    ['null where none may be', { id: null }],
    ['an extra key', { more: 1 }],
    ['a clear card number', { card: '4111111111111111' }],
    ['a short clear text of a masked field', { card: '1234' }],
    ['an unknown currency', { currency: 'XXQ' }],
    ['zero under a rule', { price: 0 }],
    ['too high a number under a rule', { rating: 6 }],
    ['a fraction of an integer', { count: 1.5 }],
    ['an integer of ten digits', { count: 2147483648 }],
    ['16 digits', { total: 1234567890123456 }],
    ['more decimals than the scale', { balance: 1.005 }],
    ['the year 0', { seenAt: '0000-01-01T00:00:00Z' }],
    ['29 February', { seenAt: '2024-02-29T00:00:00Z' }],
    ['30 February', { seenAt: '2024-02-30T00:00:00Z' }],
    ['31 April', { seenAt: '2024-04-31T00:00:00Z' }],
    ['hour 24', { seenAt: '2024-04-30T24:00:00Z' }],
    ['second 60', { seenAt: '2024-04-30T23:59:60Z' }],
    ['a zone offset', { seenAt: '2024-04-30T23:59:59+01:00' }],
    ['seven fraction digits', { seenAt: '2024-04-30T23:59:59.1234567Z' }],
    ['a date without time', { seenAt: '2024-04-30' }],
    ['an event time before 1970', { happenedAt: '1969-12-31T23:59:59Z' }],
    ['an event time after the day', { happenedAt: '2026-02-01T00:00:00Z' }],
  ])('leaves %s to the reader', (_, change) => {
    expect(acceptsChanged(change)).toBe(false);
  });

  it.each([
    ['−0', validText.replace('-7', '-0')],
    ['an exponent', validText.replace('-7', '1e3')],
    ['a leading zero', validText.replace('-7', '07')],
    ['a control character', validText.replace('äöü', '\u0001')],
    ['a repeated key', validText.replace('{', '{"id":"b",')],
    ['a trailing comma', validText.replace(/}$/, ',}')],
    ['a missing key', validText.replace('"id":"a",', '')],
    ['another record behind it', validText + validText],
    ['more than 64 KB', validText.replace('äöü', 'a'.repeat(65_536))],
  ])('leaves %s to the reader', (_, text) => {
    expect(acceptsText(text)).toBe(false);
  });

  it('learns nothing from keys that no accepted record has', () => {
    const { id: _, ...without } = valid;
    for (const strange of [without, { ...valid, more: 1 }, {}]) {
      const text = JSON.stringify(strange);
      expect(accepts(learned(flatContract, text), latin1(text), DAY)).toBe(false);
    }
  });

  it('keeps at most 16 orders of keys', () => {
    const keys = Object.keys(valid);
    const turned = keys.map((_, turn) => [...keys.slice(turn), ...keys.slice(0, turn)]);
    const orders = [...turned, ...turned.map((order) => order.toReversed())];
    const texts = orders.map((order) => JSON.stringify(valid, order));
    const all = learned(flatContract, ...texts);
    expect(texts.filter((text) => accepts(all, latin1(text), DAY))).toHaveLength(16);
  });

  it('never accepts for contracts with nested fields, rules over several fields, or a computed event time', () => {
    const without = contracts.filter((contract) => shapesNever(contract)).map(({ name }) => name);
    expect(without).toEqual(['chat.rooms', 'shop.transactions', 'search.raw', 'search.processed', 'search.offers']);
    expect(shapesNever(nestedContract)).toBe(true);
  });

  it('takes time that grows with the text and no faster', () => {
    const all = learned(flatContract, validText);
    const started = performance.now();
    for (const filler of ['"', '\\', '*', '1', ' ', '","note":"']) {
      const text = validText.replace('äöü', filler.repeat(Math.floor(60_000 / filler.length)));
      expect(accepts(all, latin1(text), DAY)).toBe(filler === '*' || filler === '1' || filler === ' ');
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

function shapesNever(contract: Contract): boolean {
  const [first] = fc.sample(eventTexts(contract, 0), { numRuns: 1, seed: 1 });
  const names = Object.keys(contract.fields);
  const all = learned(contract, JSON.stringify(Object.fromEntries(names.map((name) => [name, 0]))));
  const texts = fc.sample(eventTexts(contract, 0), { numRuns: 300, seed: 1 });
  return first !== undefined && !texts.some((text) => accepts(all, latin1(text), '2099-12-31'));
}

const expressible: readonly Contract[] = [flatContract, foreignContract, shopPurchases, shopFeedback, peopleProfiles];

describe.each(expressible)('what the shape of $name accepts', (contract) => {
  const read = reader(contract);

  it('is accepted by the reader, and DuckDB makes the same rows of both texts', async () => {
    const names = [...wireFields(contract.fields).keys()];
    const all = learned(contract, keysOnly(names), keysOnly(names.toReversed()), keysOnly(requiredOf(contract)));
    const verbatim: Buffer[] = [];
    const canonical: string[] = [];
    const property = fc.property(mutated(eventTexts(contract, 1)), (value) => {
      const bytes = Buffer.from(value);
      if (!isUtf8(bytes) || !accepts(all, bytes.toString('latin1'), DAY)) return;
      const reading = read.read(value, EARLIEST_MS);
      if ('reason' in reading) throw new Error(`the reader says ${reading.reason} of ${reading.path}`);
      verbatim.push(framed(bytes.toString('latin1'), verbatim.length, 'latin1'));
      canonical.push(withPosition(reading.line, canonical.length, EARLIEST_MS));
    });
    fc.assert(property, { numRuns: fuzzRuns(8000) });
    expect(verbatim.length).toBeGreaterThan(400);
    const ownText = rowSelect(contract, false);
    expect((await rowsOf(ownText, verbatim)).rows).toEqual((await rowsOf(rowSelect(contract), canonical)).rows);
  });
});

const framed = (text: string, offset: number, encoding: 'latin1') =>
  Buffer.from(withPosition(text, offset, EARLIEST_MS), encoding);
const keysOnly = (names: readonly string[]) => JSON.stringify(Object.fromEntries(names.map((name) => [name, 0])));
const requiredOf = ({ fields }: Contract) =>
  [...wireFields(fields)].flatMap(([name, { nullable }]) => (nullable ? [] : [name]));
