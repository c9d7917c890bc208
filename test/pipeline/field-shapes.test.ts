import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { wireFields } from '../../lib/contracts/wire-name.ts';
import { type AcceptedEvent, fieldShapesOf } from '../../lib/pipeline/field-shapes.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { flatContract, foreignContract, nestedContract } from '../support/flat-contract.ts';
import { eventTexts, fuzzRuns, mutated } from '../support/json-events.ts';

const KAFKA_MS = Date.parse('2026-01-31T00:00:00Z');

function eventOf(contract: Contract, names: readonly string[], record: Uint8Array, keyOrders: readonly string[]) {
  const all = fieldShapesOf(contract, names);
  for (const order of keyOrders) all.learn(order);
  return all.eventOf(Buffer.from(record), KAFKA_MS);
}

const keysOnly = (names: readonly string[]) => JSON.stringify(Object.fromEntries(names.map((name) => [name, 0])));

function picked({ event, eventTime }: AcceptedEvent, names: readonly string[]): AcceptedEvent {
  return { event: Object.fromEntries(names.map((name) => [name, event[name]])), eventTime };
}

const valid = {
  id: 'a',
  happenedAt: '2026-01-31T13:00:00.5Z',
  note: 'äöü 😀',
  currency: 'EUR',
  price: 64.1,
  rating: 5,
};
const NAMES = ['note', 'price', 'total', 'isGood'];
const validEvent = (change: Readonly<Record<string, unknown>> = {}) => {
  const text = JSON.stringify({ ...valid, ...change });
  return eventOf(flatContract, NAMES, Buffer.from(text), [text]);
};

describe('the fields of an event', () => {
  it('are found in its text as the contract’s reader gives them: exact decimals, UTF-8, null for what is absent', () => {
    expect(validEvent()).toEqual({
      event: { happenedAt: '2026-01-31 13:00:00.500000', note: 'äöü 😀', price: '64.10', total: null, isGood: null },
      eventTime: '2026-01-31 13:00:00.500000',
    });
  });

  it('are not looked for in an event that is later than its record by more than a day, or in one of another shape', () => {
    expect(validEvent({ happenedAt: '2026-02-01T00:00:00Z' })).toBeDefined();
    expect(validEvent({ happenedAt: '2026-02-01T00:00:01Z' })).toBeUndefined();
    expect(validEvent({ more: 1 })).toBeUndefined();
    expect(validEvent({ note: 'a\nb' })).toBeUndefined();
    expect(validEvent({ note: 'a'.repeat(65_536) })).toBeUndefined();
    expect(eventOf(nestedContract, [], Buffer.from('{}'), ['{}'])).toBeUndefined();
  });

  it('are not those of a record behind it', () => {
    const text = JSON.stringify(valid);
    const { learn, match } = fieldShapesOf(flatContract, NAMES);
    learn(text);
    expect(match(`${text}\n${text}\n`, 0, text.length)).toBeDefined();
    expect(match(`${text} \n${text}\n`, 0, text.length + 1)).toBeUndefined();
    expect(match(`${text}\n`, 0, text.length - 1)).toBeUndefined();
  });
});

describe.each([flatContract, foreignContract])('what the shape finds of $name', (contract: Contract) => {
  it('is what the reader accepts and reads', () => {
    const { read } = reader(contract);
    const names = Object.keys(contract.fields);
    const wires = [...wireFields(contract.fields).keys()];
    const required = [...wireFields(contract.fields)].flatMap(([name, { nullable }]) => (nullable ? [] : [name]));
    const orders = [wires, wires.toReversed(), required].map(keysOnly);
    const subsets = [[], names, ...[1, 2].map((odd) => names.filter((_, index) => index % 3 !== odd))];
    let found = 0;
    const property = fc.property(mutated(eventTexts(contract, 1)), fc.constantFrom(...subsets), (value, asked) => {
      const event = eventOf(contract, asked, value, orders);
      if (event === undefined) return;
      found++;
      const reading = read(value, KAFKA_MS);
      if ('reason' in reading) throw new Error(`the reader says ${reading.reason} of ${reading.path}`);
      expect(picked(event, asked)).toEqual(picked(reading, asked));
    });
    fc.assert(property, { numRuns: fuzzRuns(4000) });
    expect(found).toBeGreaterThan(200);
  });
});
