import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRows, letterRelations } from '../../../lib/local/dead-letters/letter-relations.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localLake } from '../../../lib/local/query/local-lake.ts';
import { query } from '../../../lib/local/query/query.ts';
import { chatMessages, chatRooms } from '../../fixtures/lake/streams/chat.ts';
import { auditOf } from '../../support/audited-lake.ts';
import { laptopCompactor } from '../../support/compactor.ts';
import { refinedMessages } from '../../support/refined-records.ts';
import { replayedRooms, room } from '../../support/replayed-rooms.ts';

let lake: Awaited<ReturnType<typeof laptopCompactor>>;
beforeEach(async () => {
  lake = await laptopCompactor();
});
afterEach(() => lake.sink.remove());
const { rooms, amend, complete, rows, findings } = replayedRooms(() => lake);

describe('a dead letter of a refined stream', () => {
  const open = async () => {
    const local = localLake(dataFolder(lake.sink.folder), [chatRooms, chatMessages]);
    const { all } = await letterRelations(local, { stream: 'chat.messages' });
    return allRows(await query(local, `select kafka_offset, is_open from ${all} order by kafka_offset`));
  };

  it('is open until the table has a row of its source position, although that has no offset', async () => {
    await rooms(4, [room(['a', 'b'])]);
    await lake.sink.newHandler()(
      refinedMessages(0, [{ source: [4, 0] }, { source: [4, 1], value: '{}' }, { source: [5, 1], value: '{}' }]),
    );
    expect(await open()).toEqual([
      ['1', true],
      ['2', true],
    ]);
    expect(await complete([[4, 4]])).toMatchObject([{ rows: 1 }]);
    expect(await rows()).toEqual(['4.0 m 0', '4.1 b made']);
    expect(await open()).toEqual([
      ['1', false],
      ['2', true],
    ]);
  });
});

describe('an audit of rows that were made from the lake', () => {
  it('finds a replay that has made a row and not its events, and the command that makes them', async () => {
    await rooms(4, ['{', '{', room(['a'])]);
    await amend(4, room(['b']));
    await complete();
    await amend(5, room([]));
    const found = await auditOf(lake, [chatRooms, chatMessages]);
    expect(found).toEqual([
      {
        kind: 'refined_missing',
        ...{ table: 'lake.chat_messages', hour: { dt: '2026-01-31', hour: 13 } },
        message: 'events of replayed records of chat.rooms are not in the table: kafka partition 0, offsets 5',
        remedy:
          'weir dlq replay --stream chat.rooms --from 2026-01-31T13 --to 2026-01-31T13, which makes them or says why not',
      },
    ]);
    await complete();
    expect(await findings()).toEqual([]);
  });

  it('finds those that are in two objects, by their source', async () => {
    await rooms(4, ['{']);
    await amend(4, room(['b', 'c']));
    await complete();
    const location = join(lake.sink.folder, 'lake/chat_messages/dt=2026-01-31/hour=13/g=0');
    await copyFile(join(location, 'chat_messages-i0-p00000-000000.parquet'), join(location, 'copy.parquet'));
    expect(await findings()).toEqual([
      expect.stringMatching(/^foreign_object: .*copy\.parquet/),
      expect.stringMatching(/^refined_twice: events of these source records .*: kafka partition 0, offsets 4$/),
      expect.stringMatching(
        /^rows_unknown: expected 2 rows made from the lake, found 4, of these of the source: .*offsets 4$/,
      ),
    ]);
  });
});
