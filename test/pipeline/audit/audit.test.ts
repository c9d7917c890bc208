import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { partitionLocation } from '../../../lib/derive/table-partition.ts';
import { begunKey } from '../../../lib/pipeline/generation.ts';
import { chatMessages } from '../../fixtures/lake/streams/chat.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { amendPurchases, auditOf, honestHours } from '../../support/audited-lake.ts';
import { laptopCompactor } from '../../support/compactor.ts';
import { refinedMessages } from '../../support/refined-records.ts';

const hour = { dt: '2026-01-31', hour: 13 };
const purchases = lakeTable(shopPurchases);
const data = (generation: number) => partitionLocation(purchases, hour, generation);
const letters = (generation: number) => partitionLocation(DEAD_LETTERS, hour, generation);

let lake: Awaited<ReturnType<typeof laptopCompactor>>;
beforeEach(async () => {
  lake = await laptopCompactor();
});
afterEach(() => lake.sink.remove());

const lakeDir = () => join(lake.sink.folder, 'lake');
const file = (key: string) => join(lakeDir(), key);
const slot = (location: string, number: number, kafkaPartition = 0) =>
  `${location}shop_purchases-i0-p0000${kafkaPartition}-00000${number}.parquet`;
const findings = () => auditOf(lake);
const found = async () => (await findings()).map(({ kind, message, remedy }) => `${kind}: ${message}; ${remedy}`);

const repairCommand = 'weir repair --from 2026-01-31T13 --to 2026-01-31T13 --apply';

const amend = (offsets: readonly number[]) => amendPurchases(lake, offsets);

describe('an audit', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'of an honest lake finds nothing: of late rows, replays and compactions in any order (seed %i)',
    async (seed) => {
      await honestHours(lake, seed);
      expect(await found()).toEqual([]);
    },
  );

  it('names a lost object with its offsets', async () => {
    for (const from of [0, 4, 8]) await lake.take(from, 4);
    await rm(file(slot(data(0), 1)));
    expect(await found()).toEqual([
      `lost_object: ${slot(data(0), 1)}: the object is gone, with kafka partition 0, offsets 4 to 7; put the object back from a copy, if there is one`,
    ]);
  });

  it('names an hour of which no object is left', async () => {
    await lake.take(0, 3);
    await rm(file(slot(data(0), 0)));
    expect(await found()).toEqual([
      `lost_object: the catalogue shows ${data(0)}, where there is no object; put the object back from a copy, if there is one`,
    ]);
  });

  it('names a torn object, whether it is the newest or not', async () => {
    for (const from of [0, 4, 8]) await lake.take(from, 4);
    const whole = await readFile(file(slot(data(0), 1)));
    await truncate(file(slot(data(0), 1)), 200);
    expect(await found()).toEqual([
      expect.stringMatching(/^damaged_object: .*-000001\.parquet: .*, with kafka partition 0, offsets 4 to 7;/),
    ]);
    await writeFile(file(slot(data(0), 1)), whole);
    await truncate(file(slot(data(0), 2)), 200);
    expect(await found()).toEqual([
      expect.stringMatching(/^damaged_object: .*-000002\.parquet: .* it is the newest of kafka partition 0/),
    ]);
  });

  it('names an object that is a copy of another, with the offsets that are twice', async () => {
    for (const from of [0, 4]) await lake.take(from, 4);
    const copy = `${data(0)}copy.parquet`;
    await copyFile(file(slot(data(0), 1)), file(copy));
    expect(await found()).toEqual([
      `foreign_object: ${copy}: no object of Weir’s; every reader of the hour sees its rows; move it away`,
      `rows_twice: in more than one row, of ${copy}, ${slot(data(0), 1)}: kafka partition 0, offsets 4 to 6; move away the object that is a copy of another`,
    ]);
  });

  it('names an hour that the catalogue does not show, under each of its names', async () => {
    await lake.take(0, 4);
    await rm(join(lake.sink.folder, 'catalog', 'lake', 'shop_purchases'), { recursive: true });
    expect(await found()).toEqual([
      `unregistered_hour: lake.shop_purchases: the catalogue does not show the hour, whose objects are at ${data(0)}; ${repairCommand}`,
    ]);
    await lake.repair(hour);
    expect(await found()).toEqual([]);
  });

  it('names a location that is behind, and the command that moves it', async () => {
    await lake.take(0, 4);
    await lake.take(4, 4);
    const entries = join(lake.sink.folder, 'catalog', 'lake', 'shop_purchases');
    const before = await Promise.all(
      (await filesIn(entries)).map(async (name) => [name, await readFile(name)] as const),
    );
    await lake.compact();
    for (const name of await filesIn(entries)) await rm(name);
    for (const [name, text] of before) await writeFile(name, text);
    expect(await found()).toEqual([
      `wrong_location: lake.shop_purchases: the catalogue shows ${data(0)}, expected ${data(1)}; ${repairCommand}`,
    ]);
    await lake.repair(hour);
    expect(await found()).toEqual([]);
  });

  it('names a generation that is half made, and the command that finishes it', async () => {
    await lake.take(0, 4);
    await lake.take(4, 4);
    await lake.sink.store.putIfAbsent(begunKey(purchases, hour, 1), Buffer.from('{}'), {});
    expect(await found()).toEqual([
      expect.stringMatching(
        /^generation_half_made: generation 1 has begun .*; weir repair --from 2026-01-31T13 --to 2026-01-31T13 --apply, unless/,
      ),
    ]);
    await lake.repair(hour);
    expect(await found()).toEqual([]);
  });

  it('names a slot that was written where no reader looks', async () => {
    await lake.take(0, 4);
    await lake.take(4, 4);
    await lake.compact();
    const stray = await laptopCompactor();
    try {
      await stray.take(0, 40);
      await copyFile(join(stray.sink.folder, 'lake', slot(data(0), 0)), file(slot(data(0), 7)));
    } finally {
      await stray.sink.remove();
    }
    expect(await found()).toEqual([
      expect.stringMatching(
        /^slot_unseen: .*-000007\.parquet: written where no reader looks, with kafka partition 0, offsets 8 to 39;/,
      ),
    ]);
  });

  it('names rejected records without a dead letter, and dead letters of what was not rejected', async () => {
    for (const from of [0, 4, 8]) await lake.take(from, 4);
    const last = slot(letters(0), 2);
    const text = await readFile(file(last));
    await rm(file(last));
    expect(await found()).toEqual([
      'letters_missing: records that shop.purchases has rejected have no dead letter: kafka partition 0, offsets 11; they are written when the records are delivered again',
    ]);
    await writeFile(file(last), text);
    for (const number of [0, 1, 2]) await rm(file(slot(data(0), number)));
    await lake.take(0, 8, { by: lake.sink.newHandler({ clock: lake.clock }) });
    expect(await found()).toEqual([
      expect.stringMatching(
        /^letters_unknown: dead letters of records that shop\.purchases has not rejected: kafka partition 0, offsets 11;/,
      ),
    ]);
  });

  it('names a record that was replayed twice', async () => {
    await lake.take(0, 8);
    await amend([3]);
    const once = await readFile(file(slot(data(0), 1)));
    await rm(file(slot(data(0), 1)));
    await amend([7]);
    await amend([3]);
    const twice = slot(data(0), 3);
    await writeFile(file(twice), once);
    const kinds = (await findings()).map(({ kind }) => kind);
    expect(kinds).toContain('rows_twice');
    expect(await found()).toContainEqual(expect.stringMatching(/^rows_twice: .*: kafka partition 0, offsets 3;/));
  });

  it('names source records of which one event is in two rows, and which objects have them', async () => {
    const handle = lake.sink.newHandler();
    await handle(refinedMessages(0, [{ source: [1, 0] }, { source: [1, 1] }, { source: [2, 0] }]));
    const messages = lakeTable(chatMessages);
    const location = partitionLocation(messages, hour, 0);
    const name = (number: number) => `${location}chat_messages-i0-p00000-00000${number}.parquet`;
    expect(await auditOf(lake, [chatMessages])).toEqual([]);
    // Another sink, which does not know what the lake has: as if a version of Weir had kept no high-water.
    const other = await laptopCompactor();
    try {
      await other.sink.newHandler()(refinedMessages(0, [{ source: [0, 0] }, { source: [0, 1] }, { source: [0, 2] }]));
      await other.sink.newHandler()(refinedMessages(3, [{ source: [1, 1] }, { source: [2, 0] }]));
      await copyFile(join(other.sink.folder, 'lake', name(1)), file(name(1)));
    } finally {
      await other.sink.remove();
    }
    const twice = (await auditOf(lake, [chatMessages])).filter(({ kind }) => kind === 'refined_twice');
    expect(twice).toMatchObject([
      {
        table: 'lake.chat_messages',
        message: `events of these source records are in more than one row, of ${name(0)}, ${name(1)}: kafka partition 0, offsets 1 to 2`,
      },
    ]);
  });

  it('of one stream looks at its table and at the dead letters alone', async () => {
    await lake.take(0, 4);
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [1, 0] }]));
    for (const name of ['shop_purchases', 'chat_messages']) {
      await rm(join(lake.sink.folder, 'catalog', 'lake', name), { recursive: true });
    }
    const both = [shopPurchases, chatMessages];
    const tables = (findings: Awaited<ReturnType<typeof auditOf>>) => findings.map(({ table }) => table);
    expect(tables(await auditOf(lake, both))).toEqual(['lake.shop_purchases', 'lake.chat_messages']);
    expect(tables(await auditOf(lake, both, 'chat.messages'))).toEqual(['lake.chat_messages']);
  });

  it('names rows that are missing from an object that says it has them', async () => {
    await lake.take(0, 4);
    await lake.take(4, 4);
    // The second object, whose footer is whole, without its rows: another object's footer says the same.
    const { connection, close } = await openDuckdb();
    const facts = await connection.runAndReadAll(
      `select decode(value) from parquet_kv_metadata('${file(slot(data(0), 1))}') where decode(key) = 'weir'`,
    );
    const text = String(facts.getRows()[0]?.[0]).replaceAll("'", "''");
    const cut = file('cut.parquet');
    await connection.run(
      `copy (select * from read_parquet('${file(slot(data(0), 1))}', hive_partitioning = false) where kafka_offset <> 5) to '${cut}' (format parquet, kv_metadata { weir: '${text}' })`,
    );
    close();
    await copyFile(cut, file(slot(data(0), 1)));
    expect(await found()).toEqual([
      expect.stringMatching(/^rows_missing: 1 of 6 rows are missing, among: kafka partition 0, offsets 5;/),
    ]);
  });
});

async function filesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
