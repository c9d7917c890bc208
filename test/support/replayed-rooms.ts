import { duckdbChainRows } from '../../lib/adapters/duckdb/chain-rows.ts';
import { lakeTable } from '../../lib/derive/names.ts';
import type { OffsetRanges } from '../../lib/pipeline/offset-ranges.ts';
import { amender } from '../../lib/pipeline/replay/amender.ts';
import { refinedAmender } from '../../lib/pipeline/replay/refined-amender.ts';
import { chatMessages, chatRooms } from '../fixtures/lake/streams/chat.ts';
import { auditOf } from './audited-lake.ts';
import type { laptopCompactor } from './compactor.ts';
import { fixture } from './fixture-project.ts';
import { mskEvent, ONE_O_CLOCK } from './laptop-sink.ts';

/** The hour of every record. */
const hour = { dt: '2026-01-31', hour: 13 };
export const refinements = fixture.refinements.filter(({ from }) => from.name === 'chat.rooms');
/** The kafka partition and hour of the rooms. */
export const place = { stream: { topic: 'chat.rooms', contract: chatRooms, incarnation: 0 }, kafkaPartition: 0, hour };

/** A room with these messages. */
export const room = (ids: readonly string[]) =>
  JSON.stringify({
    room_id: 'r',
    room_created_at: '2026-01-31 12:00:00',
    customer: { customer_id: 'c' },
    messages: ids.map((message_id) => ({ message_id, message_date: '2026-01-31 12:00:00' })),
  });

/** Rooms and their refined messages in a lake, replays of rooms, and what the lake has afterwards. */
export function replayedRooms(lake: () => Awaited<ReturnType<typeof laptopCompactor>>) {
  const ports = () => {
    const { ports: others, sink } = lake();
    return { ...others, catalog: sink.catalog, rows: duckdbChainRows({ store: sink.store, memoryMegabytes: 128 }) };
  };
  const streams = (incarnation = 0) => ({ refinements, incarnationOf: () => incarnation });
  return {
    ports,
    streams,
    /** Records of chat.rooms, from this offset on. */
    rooms(first: number, values: readonly string[]) {
      const records = values.map((value, index) => ({ value, offset: first + index, timestampMs: ONE_O_CLOCK }));
      return lake().sink.newHandler()(mskEvent('chat.rooms', records));
    },
    /** Makes a row of the rejected record at this offset. */
    amend: (offset: number, value: string) =>
      amender(ports())({
        ...place,
        records: [{ offset, timestamp: ONE_O_CLOCK, timestampType: 'LOG_APPEND_TIME', value: Buffer.from(value) }],
      }),
    complete: (others?: OffsetRanges) => refinedAmender(ports(), streams())(place, others),
    /** The rows of chat.messages: `4.0 b made` is the first message of the room at offset 4, without an offset of its own. */
    async rows(): Promise<readonly string[]> {
      const columns = 'kafka_offset, source_offset, source_ordinal, message_id';
      const found = await lake().sink.rows(lakeTable(chatMessages), columns);
      return found
        .map(
          ({ kafka_offset, source_offset, source_ordinal, message_id }) =>
            `${source_offset}.${source_ordinal} ${message_id} ${kafka_offset ?? 'made'}`,
        )
        .sort();
    },
    findings: async () =>
      (await auditOf(lake(), [chatRooms, chatMessages])).map(({ kind, message }) => `${kind}: ${message}`),
  };
}
