import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Contract, string } from '../../lib/contracts/contract.ts';
import { columnIds } from '../../lib/derive/column-ids.ts';
import { type ColumnType, columns } from '../../lib/derive/columns.ts';
import { releasedContract, withReleasedIds } from '../../lib/derive/released.ts';
import { foreignContract } from '../support/flat-contract.ts';
import { laptopSink, mskEvent } from '../support/laptop-sink.ts';
import { icebergReader } from '../support/servers/iceberg-reader.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const ID = '0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f';
const event = (changes: object) =>
  JSON.stringify({ id: ID, '@timestamp': '2026-01-31T13:00:00Z', day: '2026-01-31', amount: '758.69', ...changes });

/** The types of Iceberg. @see https://iceberg.apache.org/spec/#primitive-types */
function icebergType(type: ColumnType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision}, ${type.scale})`;
  const names = { integer: 'int', bigint: 'long' } as const;
  return type.kind === 'integer' || type.kind === 'bigint' ? names[type.kind] : type.kind;
}

await describeWithServer(icebergReader, (reader) => {
  it('objects are an Iceberg table’s files by their field ids, before and after a contract has changed', async () => {
    const before = foreignContract as Contract;
    const { day: _, ...others } = before.fields;
    // A new field stands first, and another is gone.
    const fields = { note: string('Note.', { nullable: true }), ...others };
    const [after = before] = withReleasedIds([{ ...before, fields } as Contract], [releasedContract(before)]);
    const sink = await laptopSink({ contracts: [before] });
    try {
      await sink.newHandler()(mskEvent(before.name, [{ value: event({ 'user-agent': 'curl', serial: '42' }) }]));
      const second = { offset: 1, value: event({ 'geo.country': 'DE', pieces: 7, note: 'n' }) };
      await sink.newHandler({}, [after])(mskEvent(before.name, [second]));
      const keys = await sink.store.list('test_foreign/');
      expect(keys).toHaveLength(2);
      const folder = join(sink.folder, 'iceberg');
      await mkdir(folder);
      const ids = { ...columnIds(columns(after), after), ...columnIds(columns(before), before) };
      const known = new Set(columns(before).map(({ name }) => name));
      // The table's schema has every column that an object has, as Iceberg asks of files that are added to it.
      const all = [...columns(before), ...columns(after).filter(({ name }) => !known.has(name))];
      const table = all.map(({ name, type }) => ({
        id: ids[name] ?? 0,
        name,
        renamed: `new_${name}`,
        type: icebergType(type),
      }));
      const files = keys.map((key) => join(sink.folder, 'lake', key));
      const rows = await reader().read(folder, files, table);
      expect(rows).toHaveLength(2);
      expect(rows).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            new_id: ID,
            new_user_agent: 'curl',
            new_serial: 42,
            new_amount: '758.69',
            new_day: '2026-01-31',
            new_timestamp: '2026-01-31 13:00:00',
            new_kafka_offset: 0,
          }),
          expect.objectContaining({
            new_country: 'DE',
            new_pieces: 7,
            new_note: 'n',
            new_day: null,
            new_kafka_offset: 1,
          }),
        ]),
      );
    } finally {
      await sink.remove();
    }
  }, 120_000);
});
