/** 2101-01-01, milliseconds since 1970. */
const END_MS = Date.UTC(2101, 0, 1);

/**
 * A Kafka timestamp, milliseconds since 1970, as hours, rows and checks take it: what no clock can have meant (−1, which Kafka
 * uses for "none", or any year outside 1970..2100) counts as 1970-01-01 00:00.
 */
export function effectiveTimestampMs(timestampMs: number): number {
  return timestampMs >= 0 && timestampMs < END_MS ? timestampMs : 0;
}
