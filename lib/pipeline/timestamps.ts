import { EPOCH_DIGITS, type EpochUnit } from '../derive/epoch.ts';
import { effectiveTimestampMs, isClockTime } from '../derive/kafka-time.ts';
import type { Digits } from './decimals.ts';

/**
 * A canonical timestamp is UTC text with microseconds, `2026-01-31 13:00:00.123456`, with a year from 0001 to 9999.
 * Canonical texts sort chronologically.
 */

/** Also matches days beyond the end of a month, which `isDayOfMonth` refuses. */
const WIRE =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/;

const SECONDS_END = 'YYYY-MM-DD HH:MM:SS'.length;
const DAY_MS = 86_400_000;

/** 0001-01-01 and 10000-01-01 in seconds since 1970: the first valid moment, and the first after the last. */
const FIRST_SECOND = -62_135_596_800;
const END_SECOND = 253_402_300_800;

/** In microseconds. */
const SECOND = 1_000_000n;

/** 1970-01-01 00:00: no event time is before it. */
const EPOCH = '1970-01-01 00:00:00.000000';
/** The end of 2100: no event time is later. */
const LATEST_MICROSECONDS = Date.UTC(2101, 0, 1) * 1000 - 1;

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Whether the text is an existing day, `2026-01-31`, with a year from 0001 to 9999. */
export function isDate(wire: string): boolean {
  return DATE.test(wire) && !wire.startsWith('0000') && isDayOfMonth(wire);
}

/**
 * Returns a wire timestamp in canonical text, or undefined if it is malformed or does not exist. Digits beyond six are
 * truncated.
 */
export function canonicalTimestamp(wire: string): string | undefined {
  if (!WIRE.test(wire) || wire.startsWith('0000') || !isDayOfMonth(wire)) return undefined;
  const hasFraction = wire.charAt(SECONDS_END) === '.' || wire.charAt(SECONDS_END) === ',';
  const fraction = hasFraction ? digitsFrom(wire, SECONDS_END + 1) : '';
  const zone = wire.slice(fraction === '' ? SECONDS_END : SECONDS_END + 1 + fraction.length);
  const microseconds = fraction.slice(0, 6).padEnd(6, '0');
  if (zone === '' || zone === 'Z' || zone === 'z')
    return `${wire.slice(0, 10)} ${wire.slice(11, SECONDS_END)}.${microseconds}`;
  const local = Date.parse(`${wire.slice(0, 10)}T${wire.slice(11, SECONDS_END)}Z`) / 1000;
  return canonicalSeconds(local - zoneSeconds(zone), microseconds);
}

const MICROSECOND_DIGITS = 6;

/** More digits than any time from 0001 to 9999 has in microseconds. */
const MAX_MICROSECOND_DIGITS = 19;

/**
 * Returns a time since 1970 in canonical text, or undefined outside the years 0001 to 9999. Anything finer than a
 * microsecond is truncated, towards the past.
 */
export function canonicalEpoch({ negative, digits, point }: Digits, unit: EpochUnit): string | undefined {
  const wholeDigits = point + MICROSECOND_DIGITS - EPOCH_DIGITS[unit];
  if (wholeDigits > MAX_MICROSECOND_DIGITS) return undefined;
  const whole = wholeDigits > 0 ? BigInt(digits.slice(0, wholeDigits).padEnd(wholeDigits, '0')) : 0n;
  const isCut = digits.length > Math.max(wholeDigits, 0);
  const microseconds = negative ? -whole - (isCut ? 1n : 0n) : whole;
  const fraction = ((microseconds % SECOND) + SECOND) % SECOND;
  return canonicalSeconds(Number((microseconds - fraction) / SECOND), String(fraction).padStart(6, '0'));
}

/** Milliseconds since 1970 of a canonical timestamp; microseconds are truncated. */
export function epochMs(canonical: string): number {
  return epochSeconds(canonical) * 1000 + digitsAt(canonical, 20, 3);
}

const SECONDS_A_DAY = 86_400;
let lastDay = '';
let lastDaySeconds = 0;

/**
 * Whole seconds since 1970 of a canonical timestamp. The seconds of the last day are cached, because events come day by
 * day and `Date.parse` would be most of the work.
 */
function epochSeconds(canonical: string): number {
  if (!canonical.startsWith(lastDay) || lastDay === '') {
    lastDay = canonical.slice(0, 10);
    lastDaySeconds = (Date.parse(`${lastDay}T00:00:00Z`) / DAY_MS) * SECONDS_A_DAY;
  }
  return (
    lastDaySeconds + digitsAt(canonical, 11, 2) * 3600 + digitsAt(canonical, 14, 2) * 60 + digitsAt(canonical, 17, 2)
  );
}

/** The number in the `count` decimal digits from `start` on. */
function digitsAt(text: string, start: number, count: number): number {
  let value = 0;
  for (let index = start; index < start + count; index++) value = value * 10 + (text.charCodeAt(index) - 0x30);
  return value;
}

/**
 * Microseconds since 1970 of a canonical timestamp. Exact for every plausible event time; in years far beyond, a double
 * holds no single microseconds.
 */
export function epochMicroseconds(canonical: string): number {
  return epochMs(canonical) * 1000 + digitsAt(canonical, 23, 3);
}

/**
 * Whether a record with this Kafka timestamp, milliseconds since 1970, may have the event time: from 1970 to 24 hours
 * after it. If the Kafka timestamp does not tell when the record was written, any time up to 2100 is accepted: a limit
 * based on the time of processing could change the verdict on redelivery, and a record has one verdict.
 */
export function isPlausible(eventTime: string, kafkaTimestampMs: number): boolean {
  return eventTime >= EPOCH && epochMicroseconds(eventTime) <= latestEventTime(kafkaTimestampMs);
}

/** The latest plausible event time of a record with this Kafka timestamp, in microseconds since 1970. */
export function latestEventTime(kafkaTimestampMs: number): number {
  return isClockTime(kafkaTimestampMs) ? (kafkaTimestampMs + DAY_MS) * 1000 : LATEST_MICROSECONDS;
}

/** What `isPlausible` accepts, in words. */
export function plausibleTimes(kafkaTimestampMs: number): string {
  return isClockTime(kafkaTimestampMs)
    ? '1970 to 24 hours after the record’s Kafka timestamp'
    : 'a time from 1970 to 2100';
}

function isDayOfMonth(wire: string): boolean {
  const day = Number(wire.slice(8, 10));
  return day <= 28 || day <= lastDayOf(Number(wire.slice(0, 4)), Number(wire.slice(5, 7)));
}

/** A Kafka timestamp, milliseconds since 1970, as a canonical timestamp. */
export function canonicalKafkaTimestamp(timestampMs: number): string {
  return `${new Date(effectiveTimestampMs(timestampMs)).toISOString().slice(0, -1).replace('T', ' ')}000`;
}

function canonicalSeconds(seconds: number, microseconds: string): string | undefined {
  if (seconds < FIRST_SECOND || seconds >= END_SECOND) return undefined;
  const iso = new Date(seconds * 1000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, SECONDS_END)}.${microseconds}`;
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (text.charAt(end) >= '0' && text.charAt(end) <= '9') end += 1;
  return text.slice(start, end);
}

/** `+05:30`, `+0530` → 19800; `+05` → 18000. */
function zoneSeconds(zone: string): number {
  const minutes = zone.length > '+00'.length ? zone.slice(-2) : '0';
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(minutes) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}

function lastDayOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
