import type { HourOfTable } from '../../derive/table-partition.ts';
import type { Warehouse } from '../ports.ts';
import { hourEnd, hourStart, startMs } from './hours.ts';
import { publishedQuery } from './ledger.ts';

/** The number of hours read in one query: a week of them has some thousand rows in the ledger. */
const HOURS_AT_ONCE = 168;

/** `2026-01-31 13:00:00`, without the fraction that some warehouses show. */
const HOUR_CHARACTERS = 19;

/**
 * Returns the published versions by model, for each of these hours. Many hours are read at once, when the first of them
 * is requested: what this run publishes itself is not included.
 */
export function publishedVersions(
  warehouse: Pick<Warehouse, 'query'>,
  hours: readonly HourOfTable[],
): (hour: HourOfTable) => Promise<ReadonlyMap<string, string>> {
  const chunks = new Map<number, Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>>();
  const chunkOf = new Map(hours.map((hour, index) => [hourStart(hour), Math.floor(index / HOURS_AT_ONCE)]));
  return async (hour) => {
    const index = chunkOf.get(hourStart(hour)) ?? 0;
    const from = index * HOURS_AT_ONCE;
    const chunk = chunks.get(index) ?? readSpan(warehouse, hours.slice(from, from + HOURS_AT_ONCE));
    chunks.set(index, chunk);
    return (await chunk).get(hourStart(hour)) ?? new Map();
  };
}

async function readSpan(warehouse: Pick<Warehouse, 'query'>, hours: readonly HourOfTable[]) {
  const ordered = [...hours].sort((left, right) => startMs(left) - startMs(right));
  const [first, last] = [ordered[0], ordered.at(-1)];
  const versions = new Map<string, Map<string, string>>();
  if (first === undefined || last === undefined) return versions;
  const parameters = { hour_start: hourStart(first), hour_end: hourEnd(last) };
  for (const { model, hour_start, version } of await warehouse.query({ ...publishedQuery, parameters })) {
    const hour = (hour_start ?? '').slice(0, HOUR_CHARACTERS);
    const ofHour = versions.get(hour) ?? new Map<string, string>();
    versions.set(hour, ofHour.set(model ?? '', version ?? ''));
  }
  return versions;
}
