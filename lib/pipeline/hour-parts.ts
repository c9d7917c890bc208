import { type HourOfTable, hourOf } from '../derive/table-partition.ts';
import { type DeliveredRecord, type HourPart, ingestedAtMs, type KafkaPartitionBatch } from './batch.ts';
import type { OffsetRange } from './offset-ranges.ts';

const HOUR_MS = 3_600_000;

/**
 * Splits a batch's records by hour, which depends only on a record's Kafka timestamp, or its source's. The hours are
 * ordered by their first offsets. Hours written before a crash are redelivered without the rest, so an hour whose chain
 * goes beyond an offset shows that the offset's own hour has been written, even if the broker's clock stepped back.
 */
export function hourParts(batch: KafkaPartitionBatch): readonly HourPart[] {
  const parts = new Map<number, { readonly hour: HourOfTable; readonly runs: (readonly DeliveredRecord[])[] }>();
  for (const run of runsOfOneHour(batch.records)) {
    const timestampMs = ingestedAtMs(run[0] as DeliveredRecord);
    const hour = hourOf(timestampMs);
    const key = Date.parse(hour.dt) + hour.hour * HOUR_MS;
    const part = parts.get(key) ?? { hour, runs: [] };
    parts.set(key, part);
    part.runs.push(run);
  }
  return [...parts.values()].map(({ hour, runs }) => {
    const [first = [], ...others] = runs;
    const records = others.length === 0 ? first : runs.flat();
    return { ...batch, hour, records, ranges: runs.map(spanOf) };
  });
}

/** Splits the records where the hour changes. Nearly always there is one run, which is the input array itself. */
function runsOfOneHour(records: readonly DeliveredRecord[]): readonly (readonly DeliveredRecord[])[] {
  const starts = [0];
  for (let index = 1; index < records.length; index++) {
    if (hourNumber(records[index]) !== hourNumber(records[index - 1])) starts.push(index);
  }
  if (records.length === 0) return [];
  return starts.length === 1 ? [records] : starts.map((start, index) => records.slice(start, starts[index + 1]));
}

function hourNumber(record: DeliveredRecord | undefined): number | undefined {
  return record && Math.floor(ingestedAtMs(record) / HOUR_MS);
}

function spanOf(records: readonly DeliveredRecord[]): OffsetRange {
  return [records[0]?.offset ?? 0, records.at(-1)?.offset ?? 0];
}
