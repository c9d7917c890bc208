import {
  DuckDBBlobValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';

/** A value as JSON can represent it. */
export type CellValue = Json;

/**
 * Converts DuckDB's values: bigint and decimal to exact text, timestamps to UTC text with microseconds, bytes to text
 * if they are UTF-8 and otherwise to `base64:` and their base64, nested values to JSON.
 */
export const cellValue: DuckDBValueConverter<Json> = (value, type, converter) => {
  if (value instanceof DuckDBBlobValue) return textOfBytes(value.bytes);
  if (value instanceof DuckDBTimestampTZValue) return withMicroseconds(String(new DuckDBTimestampValue(value.micros)));
  const converted = JsonDuckDBValueConverter(value, type, converter);
  return typeof converted === 'string' && typeof value === 'object' ? withMicroseconds(converted) : converted;
};

const TIMESTAMP = /^(-?\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d+))?$/;

function withMicroseconds(text: string): string {
  const [, seconds, fraction = ''] = TIMESTAMP.exec(text) ?? [];
  return seconds === undefined ? text : `${seconds}.${fraction.padEnd(6, '0')}`;
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `base64:${Buffer.from(bytes).toString('base64')}`;
  }
}
