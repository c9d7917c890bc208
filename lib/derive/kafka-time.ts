/** 1971-01-01 and 2101-01-01, milliseconds since 1970. */
const FIRST_CLOCK_MS = Date.UTC(1971, 0, 1);
const END_MS = Date.UTC(2101, 0, 1);

/**
 * The Kafka timestamp, milliseconds since 1970, that hours and rows use: implausible values (−1, which Kafka uses for
 * "none", or any year outside 1970..2100) become 1970-01-01 00:00.
 */
export function effectiveTimestampMs(timestampMs: number): number {
  return timestampMs >= 0 && timestampMs < END_MS ? timestampMs : 0;
}

/**
 * Whether a Kafka timestamp is plausible as a time of writing. Timestamps in 1970 are zeros, or seconds instead of
 * milliseconds.
 */
export function isClockTime(timestampMs: number): boolean {
  return timestampMs >= FIRST_CLOCK_MS && timestampMs < END_MS;
}

/** The smallest timestamp from 2001 to 2100 in each unit. */
const UNITS = [
  { unit: 'microseconds', from: 1e15 },
  { unit: 'milliseconds', from: 1e12 },
  { unit: 'seconds', from: 1e9 },
] as const;
const MAX_OF_MIN = END_MS / 1e12;

/** The unit in which a number is a time from 2001 to 2100; undefined if there is none. */
export function unitOf(timestamp: number): (typeof UNITS)[number]['unit'] | undefined {
  return UNITS.find(({ from }) => timestamp >= from && timestamp < from * MAX_OF_MIN)?.unit;
}
