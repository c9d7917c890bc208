import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTable } from '../../../lib/derive/names.ts';
import { refinedAmender } from '../../../lib/pipeline/replay/refined-amender.ts';
import { refinedRefusals } from '../../../lib/pipeline/replay/refined-rows.ts';
import { lakeVersion } from '../../../lib/pipeline/transform/lake-version.ts';
import { chatMessages, chatRooms } from '../../fixtures/lake/streams/chat.ts';
import { HOUR_MS, laptopCompactor } from '../../support/compactor.ts';
import { crashAtEveryEffect } from '../../support/every-effect.ts';
import { ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { refinedMessages } from '../../support/refined-records.ts';
import { place, refinements, replayedRooms, room } from '../../support/replayed-rooms.ts';

let lake: Awaited<ReturnType<typeof laptopCompactor>>;
beforeEach(async () => {
  lake = await laptopCompactor();
});
afterEach(() => lake.sink.remove());
const { ports, streams, rooms, amend, complete, rows, findings } = replayedRooms(() => lake);

/** What the models compare of the refined table's hour. */
async function version(): Promise<string> {
  const partition = await lake.sink.catalog.partition(lakeTable(chatMessages), place.hour);
  return lakeVersion(lake.sink.store, { location: partition?.location ?? '' });
}

describe('events of a replayed record', () => {
  it('are rows of the refined table, without offset, once; records of them that arrive later are dropped', async () => {
    await rooms(4, ['{', room(['a'])]);
    await amend(4, room(['b', 'c']));
    expect(await complete()).toEqual([{ stream: 'chat.messages', rows: 2, left: new Map() }]);
    expect(await rows()).toEqual(['4.0 b made', '4.1 c made']);
    expect(await complete()).toEqual([{ stream: 'chat.messages', rows: 0, left: new Map() }]);
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [4, 0] }, { source: [4, 1] }, { source: [5, 0] }]));
    expect(await rows()).toEqual(['4.0 b made', '4.1 c made', '5.0 m 2']);
    expect(await findings()).toEqual([]);
  });

  it('that the refiner had made before stay as they are, and only the missing ones are made', async () => {
    await rooms(4, ['{']);
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [4, 0] }, { source: [4, 1], value: '{}' }]));
    await amend(4, room(['b', 'c']));
    expect(await complete()).toMatchObject([{ rows: 1 }]);
    expect(await rows()).toEqual(['4.0 m 0', '4.1 c made']);
  });

  it('cross a compaction, with what was made', async () => {
    await rooms(4, ['{', '{']);
    await amend(4, room(['b']));
    await complete();
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [7, 0] }]));
    await lake.clock.advance(2 * HOUR_MS);
    expect(await lake.compact({ contracts: [chatRooms, chatMessages] })).toMatchObject({ failures: [] });
    await amend(5, room(['d', 'e']));
    expect(await complete()).toMatchObject([{ rows: 2 }]);
    await lake.sink.newHandler()(refinedMessages(1, [{ source: [8, 0] }]));
    expect(await rows()).toEqual(['4.0 b made', '5.0 d made', '5.1 e made', '7.0 m 0', '8.0 m 1']);
    expect(await findings()).toEqual([]);
  });

  it('cross a compaction also where no record of the refined stream has come', async () => {
    await rooms(4, ['{', '{']);
    await amend(4, room(['b']));
    await complete();
    const first = await version();
    await amend(5, room(['c']));
    await complete();
    const both = await version();
    expect([first, both]).toEqual(['chat_messages-i0-p00000 made 0: 4-4', 'chat_messages-i0-p00000 made 0: 4-5']);
    await lake.clock.advance(2 * HOUR_MS);
    expect(await lake.compact({ contracts: [chatMessages] })).toMatchObject({ objectsAfter: 1, failures: [] });
    expect(await version()).toBe(both);
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [4, 0] }, { source: [5, 0] }, { source: [6, 0] }]));
    expect(await rows()).toEqual(['4.0 b made', '5.0 c made', '6.0 m 2']);
    expect(await findings()).toEqual([]);
  });

  it('are complete after a crash at any effect, when it is run again', async () => {
    const crashes = await crashAtEveryEffect(async ({ dying }) => {
      await lake.sink.remove();
      lake = await laptopCompactor();
      await rooms(4, ['{', room(['x'])]);
      await amend(4, room(['b', 'c']));
      const { store, catalog, ...others } = ports();
      const mortal = {
        ...others,
        store: {
          ...store,
          putIfAbsent: (...given: Parameters<typeof store.putIfAbsent>) => dying(() => store.putIfAbsent(...given)),
        },
        catalog: {
          ...catalog,
          register: (...given: Parameters<typeof catalog.register>) => dying(() => catalog.register(...given)),
        },
      };
      await refinedAmender(mortal, streams())(place).catch((error: Error) => expect(error.message).toBe('killed'));
      await complete();
      expect(await rows()).toEqual(['4.0 b made', '4.1 c made']);
      expect(await findings()).toEqual([]);
    });
    expect(crashes).toBeGreaterThanOrEqual(6);
  });

  it('are each made once by several at the same time', async () => {
    await rooms(4, ['{', '{']);
    await amend(4, room(['b']));
    await amend(5, room(['c', 'd']));
    const made = await Promise.all([complete(), complete(), complete()]);
    expect(made.flat().reduce((sum, one) => sum + one.rows, 0)).toBe(3);
    expect(await rows()).toEqual(['4.0 b made', '5.0 c made', '5.1 d made']);
  });

  it('of ordinary rows are made too, if they are asked for', async () => {
    await rooms(4, [room(['a', 'b']), room(['c'])]);
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [4, 0] }]));
    expect(
      await complete([
        [4, 4],
        [9, 9],
      ]),
    ).toEqual([
      { stream: 'chat.messages', rows: 1, left: new Map([[9, expect.stringContaining('its row is not in the lake')]]) },
    ]);
    expect(await rows()).toEqual(['4.0 m 0', '4.1 b made']);
  });
});

describe('events that cannot become rows', () => {
  it('of which one is refused keep all of their record out, which may be tried again', async () => {
    await rooms(4, ['{', '{']);
    const strict = refinements.map((one) => ({
      ...one,
      refine: (...given: Parameters<typeof one.refine>) =>
        one.refine(...given).map((event) => (event.message_id === 'bad' ? { ...event, message_date: null } : event)),
    }));
    await amend(4, room(['b', 'bad']));
    await amend(5, room(['c']));
    const outcome = await refinedAmender(ports(), { ...streams(), refinements: strict })(place);
    expect(outcome).toEqual([
      {
        stream: 'chat.messages',
        rows: 1,
        left: new Map([[4, expect.stringContaining('chat.messages refuses its event 1: missing at message_date')]]),
      },
    ]);
    expect(await rows()).toEqual(['5.0 c made']);
    expect(await complete()).toMatchObject([{ rows: 2 }]);
  });

  it('because the refinement throws are named by the kind of error only', async () => {
    await rooms(4, ['{']);
    await amend(4, room(['b']));
    const throwing = refinements.map((one) => ({
      ...one,
      refine: () => {
        throw new RangeError('secret');
      },
    }));
    const [outcome] = await refinedAmender(ports(), { ...streams(), refinements: throwing })(place);
    expect([...(outcome?.left ?? [])]).toEqual([[4, 'the refinement to chat.messages threw RangeError']]);
  });

  it('are said before the record’s row is made, together with rows that a fix would leave over', async () => {
    await rooms(4, ['{', '{']);
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [4, 0] }, { source: [4, 1] }]));
    const before = await lake.sink.store.list('');
    const refusals = refinedRefusals(ports(), streams());
    const made = (offset: number, value: string) => ({ offset, timestampMs: ONE_O_CLOCK, payload: Buffer.from(value) });
    expect([...(await refusals(place, [made(4, room(['b'])), made(5, room(['c']))]))]).toEqual([
      [4, 'it makes 1 events of chat.messages, which has 2 rows of it, up to event 1: expected no fewer events'],
    ]);
    expect([...(await refusals(place, [made(4, room(['b', 'c']))]))]).toEqual([]);
    expect(await lake.sink.store.list('')).toEqual(before);
  });

  it('because an hour has sources of two incarnations, or a letter is of an earlier one', async () => {
    await rooms(4, ['{']);
    await amend(4, room(['b']));
    const [other] = await refinedAmender(ports(), streams(1))(place);
    expect([...(other?.left ?? [])]).toEqual([
      [4, expect.stringContaining('the record is of incarnation 0 of chat.rooms, and WEIR_INCARNATIONS says 1')],
    ]);
    await lake.sink.newHandler()(refinedMessages(0, [{ source: [7, 0], incarnation: 1 }]));
    const [mixed] = await complete();
    expect([...(mixed?.left ?? [])]).toEqual([
      [4, expect.stringContaining('this hour has events of another incarnation of chat.rooms')],
    ]);
    expect(await rows()).toEqual(['7.0 m 0']);
  });
});
