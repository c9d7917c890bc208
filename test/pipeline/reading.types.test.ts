import { describe, expect, it } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { columns } from '../../lib/derive/columns.ts';
import { rowSelect } from '../../lib/derive/row-select.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { foreignContract, foreignNestedContract } from '../support/flat-contract.ts';
import { accepted, line, NOW_MS } from '../support/readings.ts';
import { rowsOf, withPosition } from '../support/rows.ts';

const ID = '0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f';
const foreign: Readonly<Record<string, string>> = {
  id: `"${ID}"`,
  '@timestamp': '"2026-01-31T13:00:00,5+0100"',
  day: '"2026-01-31"',
  amount: '"758.69"',
};
const nested: Readonly<Record<string, string>> = { '@at': '1767225600123' };

const textOf = (fields: Readonly<Record<string, string>>) =>
  `{${Object.entries(fields)
    .map(([name, json]) => `"${name}":${json}`)
    .join(',')}}`;
const read = (contract: Contract, fields: Readonly<Record<string, string>>) =>
  reader(contract).read(Buffer.from(textOf(fields)), NOW_MS);
const readForeign = (name: string, json: string) => read(foreignContract, { ...foreign, [name]: json });
const readNested = (name: string, json: string) => read(foreignNestedContract, { ...nested, [name]: json });

describe('numbers that may be text', () => {
  it.each([
    ['amount', '"758.69"', '758.69'],
    ['amount', '758.69', '758.69'],
    ['amount', '"1e2"', '100.00'],
    ['amount', '"0.005"', '0.01'],
    ['serial', '"9007199254740993"', '9007199254740993'],
    ['serial', '"9223372036854775807"', '9223372036854775807'],
    ['serial', '"-9223372036854775808"', '-9223372036854775808'],
    ['serial', '"1e18"', '1000000000000000000'],
    ['serial', '9007199254740991', '9007199254740991'],
    ['serial', '"-0"', '0'],
    ['rate', '"1234567890123456789012345678.0123456789"', '1234567890123456789012345678.0123456789'],
    ['pieces', '"7.0"', 7],
    ['ratio', '"0.1"', 0.1],
  ])('%s is read from %s, exactly', (name, json, value) => {
    expect(accepted(readForeign(name, json)).event[name]).toBe(value);
  });

  it.each([
    ['amount', '"0"', 'rule'],
    ['amount', '"0.004"', 'rule'],
    ['amount', '"99999999999"', 'out_of_range'],
    ['amount', '""', 'bad_format'],
    ['amount', '" 1"', 'bad_format'],
    ['amount', '"+1"', 'bad_format'],
    ['amount', '"1,5"', 'bad_format'],
    ['amount', '"01"', 'bad_format'],
    ['amount', '"NaN"', 'bad_format'],
    ['amount', 'true', 'wrong_type'],
    ['serial', '"9223372036854775808"', 'out_of_range'],
    ['serial', '"-9223372036854775809"', 'out_of_range'],
    ['serial', '"1e999999999"', 'out_of_range'],
    ['serial', '9007199254740993', 'out_of_range'],
    ['serial', '"1.5"', 'wrong_type'],
    ['pieces', '"2147483648"', 'out_of_range'],
    ['ratio', '"1e400"', 'out_of_range'],
  ])('%s is not %s: %s', (name, json, reason) => {
    expect(readForeign(name, json)).toMatchObject({ reason, path: name });
  });
});

describe('dates, UUIDs and times that others write', () => {
  it('are read as what they are', () => {
    const { event } = accepted(readForeign('id', `"${ID.toUpperCase()}"`));
    expect(event).toMatchObject({ id: ID, timestamp: '2026-01-31 12:00:00.500000', day: '2026-01-31' });
  });

  it.each([
    ['day', '"2026-02-29"', 'bad_format'],
    ['day', '"2026-01-31T00:00:00Z"', 'bad_format'],
    ['day', '"20260131"', 'bad_format'],
    ['day', '"0000-01-01"', 'bad_format'],
    ['day', '20260131', 'wrong_type'],
    ['id', `"${ID.slice(1)}"`, 'bad_format'],
    ['id', `"{${ID}}"`, 'bad_format'],
    ['id', `"${ID.replaceAll('-', '')}"`, 'bad_format'],
  ])('%s is not %s: %s', (name, json, reason) => {
    expect(readForeign(name, json)).toMatchObject({ reason, path: name });
  });

  it('in milliseconds and microseconds are converted, a fraction too', () => {
    expect(accepted(readNested('micros', '1767225600123456')).event).toMatchObject({
      at: '2026-01-01 00:00:00.123000',
      micros: '2026-01-01 00:00:00.123456',
    });
    expect(accepted(readNested('@at', '1767225600123.456')).eventTime).toBe('2026-01-01 00:00:00.123456');
    expect(readNested('@at', '1767225600123456')).toMatchObject({ reason: 'event_time_out_of_range', path: '@at' });
    expect(readNested('micros', '1e300')).toMatchObject({ reason: 'out_of_range', path: 'micros' });
  });
});

describe('the Kafka timestamp as event time', () => {
  it('is the record’s, as its row shows it', async () => {
    const reading = accepted(reader(foreignContract).read(Buffer.from(textOf(foreign)), NOW_MS + 7));
    expect(reading.eventTime).toBe('2026-01-31 13:00:00.007000');
    const { rows } = await rowsOf(rowSelect(foreignContract), [withPosition(reading.line, 0, NOW_MS + 7)]);
    expect(rows).toMatchObject([{ event_time: '2026-01-31 13:00:00.007', ingested_at: '2026-01-31 13:00:00.007' }]);
  });

  it('counts as 1970 where there is none', () => {
    const reading = reader(foreignContract).read(Buffer.from(textOf(foreign)), -1);
    expect(accepted(reading).eventTime).toBe('1970-01-01 00:00:00.000000');
  });
});

describe('JSON of any form', () => {
  it.each(['{ "b" : 1.10, "a" : [ 1e400 ], "b":2 }', '"\\u00e4"', '-0', 'true', '[]'])(
    'is kept byte for byte: %s',
    async (json) => {
      const reading = accepted(readNested('pay:load', json));
      expect(reading.event.payload).toBe(json);
      const { rows } = await rowsOf(rowSelect(foreignNestedContract), [withPosition(reading.line, 0, NOW_MS)]);
      expect(rows).toMatchObject([{ payload: json, _extra: null }]);
    },
  );

  it('is null where it is null, the last of a repeated name, and limited as every text is', () => {
    expect(accepted(readNested('pay:load', 'null')).event.payload).toBeNull();
    const twice = `{"@at":1767225600123,"pay:load":{"a":1},"pay:load":[2]}`;
    expect(accepted(reader(foreignNestedContract).read(Buffer.from(twice), NOW_MS)).event.payload).toBe('[2]');
    expect(readNested('pay:load', `"${'x'.repeat(65_534)}"`)).toMatchObject({
      reason: 'out_of_range',
      path: 'pay:load',
    });
  });

  it('inside a nested field is that one’s canonical JSON', () => {
    const parts = `[ {"@id":"${ID}","price":"1.5","serial":"9223372036854775807","more":{ "z" : 1.0 }} ]`;
    const reading = accepted(readNested('parts', parts));
    expect(reading.event.parts).toEqual([
      { id: ID, on: null, price: '1.50', serial: '9223372036854775807', more: '{"z":1.0}' },
    ]);
    expect(line(reading).parts).toBe(`[{"@id":"${ID}","price":"1.5","serial":"9223372036854775807","more":{"z":1.0}}]`);
    expect(readNested('parts', parts.replace('1.5', '0'))).toMatchObject({ reason: 'rule', path: 'parts.0.price' });
    expect(readNested('parts', parts.replace(ID, 'x'))).toMatchObject({ reason: 'bad_format', path: 'parts.0.@id' });
  });
});

describe('a name on the wire', () => {
  it('is another than the column’s, which has the field’s value; the field’s own name is an extra', async () => {
    const reading = accepted(
      read(foreignContract, { ...foreign, 'user-agent': '"curl"', 'geo.country': '"DE"', userAgent: '"other"' }),
    );
    expect(reading.event).toMatchObject({ userAgent: 'curl', country: 'DE' });
    expect(line(reading)).toMatchObject({ 'user-agent': 'curl', $x: '{"userAgent":"other"}' });
    expect(columns(foreignContract).map(({ name }) => name)).toContain('user_agent');
    const { rows } = await rowsOf(rowSelect(foreignContract), [withPosition(reading.line, 0, NOW_MS)]);
    expect(rows).toMatchObject([{ user_agent: 'curl', country: 'DE', timestamp: '2026-01-31 12:00:00.5' }]);
  });

  it('is what a dead letter names, and what masking looks for', () => {
    const { '@timestamp': _, ...without } = foreign;
    expect(read(foreignContract, without)).toMatchObject({ reason: 'missing', path: '@timestamp' });
    const reading = accepted(read(foreignContract, { ...foreign, 'card number': '"4111111111111111"' }));
    expect(reading.event.card).toBe('************1111');
    expect(reading.line).not.toContain('4111111111111111');
  });
});
