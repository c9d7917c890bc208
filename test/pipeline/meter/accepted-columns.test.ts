import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../../lib/contracts/contract.ts';
import { groupKinds, orderKinds, sumKinds } from '../../../lib/contracts/metric.ts';
import { wireFields } from '../../../lib/contracts/wire-name.ts';
import { type MetricDefinition, metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import type { DeliveredRecord } from '../../../lib/pipeline/batch.ts';
import { fieldShapesOf } from '../../../lib/pipeline/field-shapes.ts';
import { acceptedColumns } from '../../../lib/pipeline/meter/accepted-columns.ts';
import type { EventColumns } from '../../../lib/pipeline/meter/event-columns.ts';
import { toolsOf } from '../../../lib/pipeline/take-data.ts';
import { eventColumns } from '../../support/event-columns.ts';
import { flatContract, foreignContract } from '../../support/flat-contract.ts';
import { eventTexts, fuzzRuns, mutated } from '../../support/json-events.ts';

const KAFKA_MS = Date.parse('2026-01-31T00:00:00Z');

const recordsOf = (values: readonly Uint8Array[]): readonly DeliveredRecord[] =>
  values.map((value, offset) => ({ offset, timestamp: KAFKA_MS, timestampType: 'CREATE_TIME', value }));

/** A metric of every field of those contracts that a metric can use. */
function everyField(contract: Contract): MetricDefinition {
  const fieldsOf = (kinds: readonly string[]) =>
    Object.entries(contract.fields).flatMap(([name, { type, masked }]) =>
      kinds.includes(type.kind) && !masked ? [name] : [],
    );
  const metrics = {
    all: { description: 'All.', by: fieldsOf(groupKinds), sum: fieldsOf(sumKinds), max: fieldsOf(orderKinds) },
  } as unknown as Contract['metrics'];
  const [definition] = metricDefinitions({ ...contract, metrics });
  if (definition === undefined) throw new Error('expected a definition');
  return definition;
}

/** The contract without shapes that other tests have taught it: it learns the key order of its first event. */
const unlearned = (contract: Contract): Contract => ({ ...contract });

/** Each event's values in the columns of a definition. */
function rowsOf({ by, measures }: MetricDefinition, { times, distinct, amounts }: EventColumns) {
  return times.map((time, event) => ({
    time,
    values: by.map((field) => distinct(field).values[distinct(field).ids[event] ?? -1]),
    amounts: measures.map(({ field }) => (field === null ? 1 : String(amounts(field)[event]))),
  }));
}

function readerColumns(contract: Contract, values: readonly Uint8Array[], definition: MetricDefinition): EventColumns {
  const { reader } = toolsOf(contract);
  const events = values.flatMap((value) => {
    const reading = reader.read(value, KAFKA_MS);
    return 'reason' in reading ? [] : [reading];
  });
  return eventColumns(events, definition);
}

describe.each([flatContract, foreignContract])('the columns of a batch of $name', (contract: Contract) => {
  const definition = everyField(contract);
  const names = [...definition.by, ...definition.measures.flatMap(({ field }) => field ?? [])].map(({ path }) => path);
  const shapes = fieldShapesOf(contract, names);

  it('hold what the contract’s reader reads of each event, whichever events a shape decides', () => {
    let shaped = 0;
    const keys = [...wireFields(contract.fields).keys()];
    for (const order of [keys, keys.toReversed()]) {
      shapes.learn(JSON.stringify(Object.fromEntries(order.map((key) => [key, 0]))));
    }
    const batches = fc.array(mutated(eventTexts(contract, 1)), { maxLength: 12 });
    const property = fc.property(batches, (values) => {
      const columns = acceptedColumns(toolsOf(contract), recordsOf(values), [definition]);
      shaped += values.filter((value) => shapes.eventOf(Buffer.from(value), KAFKA_MS) !== undefined).length;
      expect(rowsOf(definition, columns)).toEqual(rowsOf(definition, readerColumns(contract, values, definition)));
    });
    fc.assert(property, { numRuns: fuzzRuns(400) });
    expect(shaped).toBeGreaterThan(50);
  });
});

describe('an event’s value in a column', () => {
  const definition = everyField(foreignContract);
  const event = (change: object) =>
    Buffer.from(
      JSON.stringify({
        id: '0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f',
        '@timestamp': '2026-01-31T13:00:00Z',
        day: '2026-01-31',
        amount: 1,
        ...change,
      }),
    );

  it('is recognised among thousands, and is the same value in another spelling', () => {
    const values = Array.from({ length: 6000 }, (_, index) => {
      const pieces = index % 3000;
      return event({ 'geo.country': `Länd ${pieces}`, pieces: index < 3000 ? pieces : String(pieces) });
    });
    const columns = acceptedColumns(toolsOf(unlearned(foreignContract)), recordsOf(values), [definition]);
    expect(rowsOf(definition, columns)).toEqual(rowsOf(definition, readerColumns(foreignContract, values, definition)));
    const pieces = definition.by.find(({ path }) => path === 'pieces');
    expect(pieces && columns.distinct(pieces).values).toHaveLength(3000);
  });

  it('is its own, whichever value has the same hash', () => {
    const [one, other] = ['Land 1479599', 'Land 1662382'];
    const values = [one, one, other, one].map((country) => event({ 'geo.country': country }));
    const { distinct } = acceptedColumns(toolsOf(unlearned(foreignContract)), recordsOf(values), [definition]);
    const country = definition.by.find(({ path }) => path === 'country');
    expect(country && distinct(country)).toEqual({ ids: [0, 0, 1, 0], values: [one, other] });
  });
});

describe('an event’s time in a column', () => {
  const days = ['2026-01-30', '2025-01-30', '2025-12-30', '2025-12-29', '2024-02-28', '1999-12-31', '1970-01-01'];

  it('is of its own day, whichever day was before', () => {
    const texts = days.flatMap((day) => [`${day}T00:00:00Z`, `${day} 23:59:59.999999Z`, `${day}T12:30:00.5`]);
    const values = texts.map((happenedAt) =>
      Buffer.from(JSON.stringify({ id: 'a', happenedAt, currency: 'EUR', price: 1, rating: 5 })),
    );
    const { times } = acceptedColumns(toolsOf(unlearned(flatContract)), recordsOf(values), [everyField(flatContract)]);
    const timeOf = (day: string) => Date.parse(`${day}T00:00:00Z`) * 1000;
    expect(times).toEqual(
      days.flatMap((day) => [timeOf(day), timeOf(day) + 86_400_000_000 - 1, timeOf(day) + 45_000_500_000]),
    );
  });
});
