import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTables } from '../../lib/adapters/duckdb/lake-views.ts';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { DEAD_LETTERS, lakeTable } from '../../lib/derive/names.ts';
import { query } from '../../lib/local/query/query.ts';
import { chatMessages } from '../fixtures/lake/streams/chat.ts';
import { HOUR_MS, laptopCompactor } from '../support/compactor.ts';
import { MESSAGE, refinedMessages } from '../support/refined-records.ts';

const messages = lakeTable(chatMessages);
let lake: Awaited<ReturnType<typeof laptopCompactor>>;
beforeEach(async () => {
  lake = await laptopCompactor();
});
afterEach(() => lake.sink.remove());

const POSITIONS = 'kafka_offset, source_offset, source_ordinal';
const rows = () => lake.sink.rows(messages, POSITIONS);

describe('a row of a refined table', () => {
  it('says which of the events of which source record it is, by the shape as by the reader', async () => {
    const extra = `${MESSAGE.slice(0, -1)},"more":1}`;
    await lake.sink.newHandler()(
      refinedMessages(4, [
        { source: [7, 0] },
        { source: [7, 1] },
        { source: [9, 0], value: extra },
        { source: [12, 999_999_999_999] },
      ]),
    );
    expect(await rows()).toEqual([
      { kafka_offset: '4', source_offset: '7', source_ordinal: '0' },
      { kafka_offset: '5', source_offset: '7', source_ordinal: '1' },
      { kafka_offset: '6', source_offset: '9', source_ordinal: '0' },
      { kafka_offset: '7', source_offset: '12', source_ordinal: '999999999999' },
    ]);
    expect(await lake.sink.rows(DEAD_LETTERS)).toEqual([]);
  });

  it('that was written before there were such columns has null there, for readers and after a compaction', async () => {
    const handle = lake.sink.newHandler();
    await handle(refinedMessages(0, [{ source: [1, 0] }]));
    await handle(refinedMessages(1, [{ source: [2, 0] }]));
    await withoutSource('chat_messages/dt=2026-01-31/hour=13/g=0/chat_messages-i0-p00000-000000.parquet');
    const expected = [
      { kafka_offset: '0', source_offset: null, source_ordinal: null },
      { kafka_offset: '1', source_offset: '2', source_ordinal: '0' },
    ];
    const dir = join(lake.sink.folder, 'lake');
    const asked = {
      ...{ dir, catalog: lake.sink.catalog, store: lake.sink.store, tables: lakeTables([chatMessages]) },
      warehouseFile: join(lake.sink.folder, 'none.duckdb'),
    };
    const found = await query(asked, `select ${POSITIONS} from lake.chat_messages order by kafka_offset`);
    const shown: unknown[] = [];
    for await (const some of found.rows) shown.push(...some);
    expect(shown).toEqual(expected.map((row) => Object.values(row)));
    await lake.clock.advance(2 * HOUR_MS);
    expect(await lake.compact({ contracts: [chatMessages] })).toMatchObject({ objectsAfter: 1, failures: [] });
    expect(await rows()).toEqual(expected);
  });
});

/** Makes the object as a version of Weir would have written it that did not know the columns. */
async function withoutSource(key: string): Promise<void> {
  const file = join(lake.sink.folder, 'lake', key);
  const old = join(lake.sink.folder, 'old.parquet');
  const { connection, close } = await openDuckdb();
  const facts = await connection.runAndReadAll(
    `select decode(value) from parquet_kv_metadata('${file}') where decode(key) = 'weir'`,
  );
  const footer = String(facts.getRows()[0]?.[0]).replaceAll("'", "''");
  await connection.run(
    `copy (select * exclude (source_offset, source_ordinal) from read_parquet('${file}', hive_partitioning = false)) ` +
      `to '${old}' (format parquet, kv_metadata { weir: '${footer}' })`,
  );
  close();
  await copyFile(old, file);
}
