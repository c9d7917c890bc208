import { type HourOfTable, hourOf } from '../../derive/table-partition.ts';

const HOUR_MS = 3_600_000;

/** `2026-01-31T13`, as hours are written on the command line and in messages. */
export function hourText({ dt, hour }: HourOfTable): string {
  return `${dt}T${String(hour).padStart(2, '0')}`;
}

/** `2026-01-31 13:00:00`, as SQL reads it. */
export function hourStart({ dt, hour }: HourOfTable): string {
  return `${dt} ${String(hour).padStart(2, '0')}:00:00`;
}

export function hourEnd(hour: HourOfTable): string {
  return hourStart(hourOf(startMs(hour) + HOUR_MS));
}

/** Milliseconds since 1970. */
export function startMs({ dt, hour }: HourOfTable): number {
  return Date.parse(`${dt}T00:00:00Z`) + hour * HOUR_MS;
}

/** The hour that is open at `nowMs` and the hours before it, ascending, `count` in all. */
export function lastHours(nowMs: number, count: number): readonly HourOfTable[] {
  return Array.from({ length: count }, (_, index) => hourOf(nowMs - (count - 1 - index) * HOUR_MS));
}

/**
 * Parses `2026-01-31T13`, optionally followed by minutes or `Z`.
 * @throws if it is not an hour, or has not begun at `nowMs`.
 */
export function parseHour(text: string, nowMs: number): HourOfTable {
  const [, dt, digits] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2})(?::00(?::00)?)?Z?$/.exec(text) ?? [];
  const found = { dt: dt ?? '', hour: Number(digits) };
  const ms = dt === undefined ? Number.NaN : startMs(found);
  if (!(ms >= 0) || found.hour > 23 || hourText(hourOf(ms)) !== hourText(found)) {
    throw new Error(`expected an hour in UTC such as 2026-01-31T13, found "${text}"`);
  }
  if (ms > nowMs) {
    throw new Error(
      `expected an hour that has begun, found ${text}, which is in the future; it is ${new Date(nowMs).toISOString()}`,
    );
  }
  return found;
}

/** Every hour from `from` to `to`, inclusive, ascending. */
export function hoursBetween(from: HourOfTable, to: HourOfTable): readonly HourOfTable[] {
  const count = (startMs(to) - startMs(from)) / HOUR_MS + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => hourOf(startMs(from) + index * HOUR_MS));
}
