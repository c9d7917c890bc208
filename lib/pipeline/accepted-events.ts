import { isUtf8 } from 'node:buffer';
import { type DeliveredRecord, ingestedAtMs } from './batch.ts';
import { decodeRecords, forEachText } from './decoded-records.ts';
import type { AcceptedEvent, FieldShapes } from './field-shapes.ts';
import { type Judge, refusalByHeaders } from './judge.ts';

/**
 * Returns the records that are events, by the same verdicts as the sink's: all others are dead letters.
 * @param shapes of the contract: events that a shape matches have only the shape's fields, all others have every field.
 */
export function acceptedEvents(
  { reader, isRefined }: Pick<Judge, 'reader' | 'isRefined'>,
  delivered: readonly DeliveredRecord[],
  shapes: FieldShapes,
): readonly AcceptedEvent[] {
  const records = isRefined ? delivered.filter((record) => refusalByHeaders(record) === undefined) : delivered;
  const decoded = decodeRecords(records);
  const isText = isUtf8(decoded.bytes);
  const events: AcceptedEvent[] = [];
  forEachText(decoded, (index, text, start, end) => {
    const kafkaTimestampMs = ingestedAtMs(records[index] as DeliveredRecord);
    const found = isText ? shapes.eventAt(text, start, end, kafkaTimestampMs) : undefined;
    if (found !== undefined) {
      events.push(found);
      return;
    }
    const bytes = decoded.text(index);
    const reading = reader.read(bytes, kafkaTimestampMs);
    if ('reason' in reading) return;
    events.push(reading);
    shapes.learn(text.slice(start, end));
  });
  decoded.release();
  return events;
}
