import { sourceHeaders } from '../../lib/pipeline/source-position.ts';
import { chatMessages } from '../fixtures/lake/streams/chat.ts';
import { mskEvent, ONE_O_CLOCK } from './laptop-sink.ts';

/** A message as the fixture project's refiner sends it. */
export const MESSAGE = JSON.stringify({
  message_id: 'm',
  room_id: 'r',
  room_created_at: '2026-01-31 12:00:00',
  customer_id: 'c',
  message_date: '2026-01-31 12:00:00',
});

interface RefinedRecord {
  /** The offset of its source's record, and the event's index within that record. */
  readonly source: readonly [offset: number, ordinal: number];
  readonly value?: string;
  readonly timestampMs?: number;
  /** Of the source's topic. */
  readonly incarnation?: number;
}

/** An event of refined records of chat.messages, starting at this offset. */
export function refinedMessages(first: number, records: readonly RefinedRecord[]) {
  return mskEvent(
    chatMessages.name,
    records.map(
      ({ source: [offset, ordinal], value = MESSAGE, timestampMs = ONE_O_CLOCK, incarnation = 0 }, index) => ({
        value,
        offset: first + index,
        headers: sourceHeaders({ incarnation, offset, ordinal, timestampMs }).map((header) => ({
          [header.name]: [...header.value],
        })),
      }),
    ),
  );
}
