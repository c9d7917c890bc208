/**
 * One hour of a table, and the location of its objects.
 *
 *     shop_purchases/dt=2026-01-31/hour=05/g=0/
 *     table          table partition       generation
 */
import { effectiveTimestampMs } from './kafka-time.ts';
import type { TableName } from './names.ts';

/** An hour in UTC: `dt` as `2026-01-31`, `hour` as 0..23. */
export interface HourOfTable {
  readonly dt: string;
  readonly hour: number;
}

/** The parts of a location. `table` is everything before the table partition: a folder, or a whole URL. */
export interface ParsedLocation extends HourOfTable {
  readonly table: string;
  readonly generation: number;
}

/** The hour that a record belongs to, by its Kafka timestamp in milliseconds since 1970. */
export function hourOf(timestampMs: number): HourOfTable {
  const text = new Date(effectiveTimestampMs(timestampMs)).toISOString();
  return { dt: text.slice(0, 10), hour: Number(text.slice(11, 13)) };
}

/** The key prefix of a table: `shop_purchases/`. */
export function tableFolder(table: TableName): string {
  return `${table.table}/`;
}

/** The key prefix of an hour, all its generations: `shop_purchases/dt=2026-01-31/hour=05/`. */
export function hourFolder(table: TableName, { dt, hour }: HourOfTable): string {
  return `${tableFolder(table)}dt=${dt}/hour=${String(hour).padStart(2, '0')}/`;
}

/** The key prefix of one generation of an hour: `shop_purchases/dt=2026-01-31/hour=05/g=0/`. */
export function partitionLocation(table: TableName, hour: HourOfTable, generation: number): string {
  return `${hourFolder(table, hour)}g=${generation}/`;
}

const LOCATION = /^(.*[^/])\/dt=(\d{4}-\d{2}-\d{2})\/hour=([01]\d|2[0-3])\/g=(0|[1-9]\d{0,8})\/$/;

/** Parses the output of `partitionLocation`, after any prefix; undefined for any other text. */
export function parseLocation(location: string): ParsedLocation | undefined {
  const [, table, dt, hour, generation] = LOCATION.exec(location) ?? [];
  if (table === undefined || dt === undefined) return undefined;
  return { table, dt, hour: Number(hour), generation: Number(generation) };
}
