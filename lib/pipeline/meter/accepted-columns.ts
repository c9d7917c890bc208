import { isUtf8 } from 'node:buffer';
import type { Contract } from '../../contracts/contract.ts';
import { effectiveTimestampMs } from '../../derive/kafka-time.ts';
import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { type DeliveredRecord, ingestedAtMs } from '../batch.ts';
import { decodeRecords, forEachText } from '../decoded-records.ts';
import { type FieldShapes, fieldShapesOf } from '../field-shapes.ts';
import { refusalByHeaders } from '../judge.ts';
import type { ContractTools } from '../take-data.ts';
import { latestEventTime } from '../timestamps.ts';
import { columnBuilder, type EventColumns } from './event-columns.ts';
import { shapedTimes } from './shaped-times.ts';

/**
 * Returns the records that are events, by the same verdicts as the sink's, as the columns that the definitions use: all
 * others are dead letters. Only the fields that metrics need are read of an event that a shape matches.
 */
export function acceptedColumns(
  { contract, reader, isRefined }: Pick<ContractTools, 'contract' | 'reader' | 'isRefined'>,
  delivered: readonly DeliveredRecord[],
  definitions: readonly MetricDefinition[],
): EventColumns {
  const records = isRefined ? delivered.filter((record) => refusalByHeaders(record) === undefined) : delivered;
  const decoded = decodeRecords(records, false);
  const { bytes, textStarts } = decoded;
  const isText = isUtf8(bytes);
  const shapes = fieldShapesOf(contract, fieldsOf(definitions));
  const timeOf = eventTimesOf(contract, shapes, bytes);
  const spans = new Int32Array(2 * shapes.fields.length);
  const { columns, addEvent, addSpans } = columnBuilder(definitions, shapes, bytes);

  /** Whether a shape decides the record: it is then added. */
  function isMatched(index: number, text: string, start: number, end: number, kafkaTimestampMs: number): boolean {
    const find = isText ? shapes.match(text, start, end) : undefined;
    if (find === undefined) return false;
    find(bytes, textStarts[index] as number, spans);
    const time = timeOf(spans, kafkaTimestampMs);
    if (time > latestEventTime(kafkaTimestampMs)) return false;
    addSpans(spans, time);
    return true;
  }

  forEachText(decoded, (index, text, start, end) => {
    const kafkaTimestampMs = ingestedAtMs(records[index] as DeliveredRecord);
    if (isMatched(index, text, start, end, kafkaTimestampMs)) return;
    const reading = reader.read(decoded.text(index), kafkaTimestampMs);
    if ('reason' in reading) return;
    addEvent(reading);
    shapes.learn(text.slice(start, end));
  });
  decoded.release();
  return columns;
}

/** The fields of an event that the metrics use. */
function fieldsOf(definitions: readonly MetricDefinition[]): readonly string[] {
  const fields = definitions.flatMap(({ by, measures }) => [...by, ...measures.flatMap(({ field }) => field ?? [])]);
  return fields.map(({ path }) => path.split('.', 1).join());
}

/** Returns the event time, in microseconds since 1970, of an event that a shape matched. */
function eventTimesOf({ eventTime }: Contract, { fields }: FieldShapes, bytes: Buffer) {
  const field = fields.findIndex(({ name }) => name === eventTime);
  const timeAt = shapedTimes(bytes);
  return (spans: Int32Array, kafkaTimestampMs: number) =>
    field < 0
      ? effectiveTimestampMs(kafkaTimestampMs) * 1000
      : timeAt(spans[2 * field] as number, spans[2 * field + 1] as number);
}
