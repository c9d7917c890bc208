import { describe, expect, it } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { columns, deadLetterColumns } from '../../lib/derive/columns.ts';
import { duckdbType } from '../../lib/derive/duckdb.ts';
import { deadLetterSelect, rowSelect } from '../../lib/derive/row-select.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { chatRooms } from '../fixtures/lake/streams/chat.ts';
import { contracts } from '../support/fixture-project.ts';
import { flatContract } from '../support/flat-contract.ts';
import { ROW_CONSTANTS, rowsOf, withPosition } from '../support/rows.ts';

const TIMESTAMP_MS = Date.parse('2026-01-31T13:00:00.123Z');

function lineOf(event: object, contract: Contract = flatContract): string {
  const reading = reader(contract).read(Buffer.from(JSON.stringify(event)), TIMESTAMP_MS);
  if ('reason' in reading) throw new Error(`${reading.reason} ${reading.path}`);
  return reading.line;
}

describe('the rows that DuckDB makes of lines', () => {
  it.each(contracts)('of $name have exactly the columns of its table', async (contract) => {
    const { columns: found } = await rowsOf(rowSelect(contract), []);
    expect(found).toEqual(columns(contract).map(({ name, type }) => `${name} ${duckdbType(type)}`));
  });

  it('hold every value exactly', async () => {
    const event = {
      id: 'a"b\\c\n',
      happenedAt: '2026-01-31T13:00:00.123456789+01:00',
      card: '4111111111111111',
      currency: 'EUR',
      price: 192.29999999999998,
      balance: -1.005,
      rate: 123456789012.12346,
      rating: 5.0,
      count: -2147483648,
      total: -9007199254740991,
      ratio: 1e-300,
      isGood: false,
      event_id: 'e',
      'an extra': { '2': [-0], '1': 'ä' },
    };
    const text = JSON.stringify(event).replace('{"1":"ä","2":[0]}', '{"2":[-0],"1":"ä"}');
    const reading = reader(flatContract).read(Buffer.from(text), TIMESTAMP_MS);
    const line = 'line' in reading ? reading.line : '';
    const { rows } = await rowsOf(rowSelect(flatContract), [withPosition(line, 17, TIMESTAMP_MS)]);
    expect(rows).toEqual([
      {
        id: 'a"b\\c\n',
        happened_at: '2026-01-31 12:00:00.123456',
        seen_at: null,
        note: null,
        card: '************1111',
        currency: 'EUR',
        price: '192.30',
        balance: '-1.01',
        rate: '123456789012.123460',
        rating: 5,
        count: -2147483648,
        total: '-9007199254740991',
        ratio: 1e-300,
        is_good: false,
        code: null,
        pin: null,
        event_id: 'e',
        event_time: '2026-01-31 12:00:00.123456',
        ...ROW_CONSTANTS,
        kafka_offset: '17',
        ingested_at: '2026-01-31 13:00:00.123',
        _extra: '{"an extra":{"2":[-0],"1":"ä"}}',
      },
    ]);
  });

  it('hold a computed event time, and nested values as canonical JSON', async () => {
    const customer = { customer_id: 'c', phone: '030' };
    const room = { room_id: 'r', room_created_at: '2026-01-31T12:00:00Z', customer, messages: null };
    const { rows } = await rowsOf(rowSelect(chatRooms), [withPosition(lineOf(room, chatRooms), 0, TIMESTAMP_MS)]);
    expect(rows).toMatchObject([
      { customer: '{"customer_id":"c","phone":"030"}', messages: null, event_time: '2026-01-31 12:00:00' },
    ]);
  });

  it('are the same for lines without extra fields, whether these are looked for or not', async () => {
    const event = { id: 'a', happenedAt: '2026-01-31T12:00:00Z', currency: 'EUR', price: 1, rating: 1 };
    const lines = [withPosition(lineOf(event), 0, TIMESTAMP_MS)];
    expect(await rowsOf(rowSelect(flatContract, false), lines)).toEqual(await rowsOf(rowSelect(flatContract), lines));
  });

  it('of dead letters have their columns, and the payload as text', async () => {
    const letter = {
      ...{ stream: 's', topic: 't', key: null, payload: 'base64:AP8=', headers: '[]' },
      ...{ reason: 'not_json', path: '', detail: 'd', contract_version: null },
    };
    const { columns: found, rows } = await rowsOf(deadLetterSelect, [withPosition(JSON.stringify(letter), 4, -1)]);
    expect(found).toEqual(deadLetterColumns.map(({ name, type }) => `${name} ${duckdbType(type)}`));
    expect(rows).toMatchObject([{ kafka_offset: '4', key: null, payload: 'base64:AP8=', contract_version: null }]);
  });
});
