const ZERO = '0'.charCodeAt(0);
const POINT = '.'.charCodeAt(0);
const DATE_LENGTH = 'YYYY-MM-DD'.length;
const SECONDS_LENGTH = 'YYYY-MM-DDTHH:MM:SS'.length;
const MICROSECOND_DIGITS = 6;
const SECOND = 1_000_000;

/**
 * Reads the timestamps in UTC that shapes find, in quotes: `"2026-01-31T13:00:00.5Z"`, as microseconds since 1970. The
 * seconds of the last day are cached, because events come day by day; no text is made.
 */
export function shapedTimes(bytes: Buffer): (start: number, end: number) => number {
  let lastDay = -1;
  let lastDaySeconds = 0;

  function numberAt(start: number, digits: number): number {
    let value = 0;
    for (let at = start; at < start + digits; at++) value = value * 10 + (bytes[at] as number) - ZERO;
    return value;
  }

  function daySeconds(start: number): number {
    const [year, month, day] = [numberAt(start, 4), numberAt(start + 5, 2), numberAt(start + 8, 2)];
    const key = (year * 100 + month) * 100 + day;
    if (key !== lastDay) {
      lastDay = key;
      lastDaySeconds = Date.UTC(year, month - 1, day) / 1000;
    }
    return lastDaySeconds;
  }

  return (start, end) => {
    const date = start + 1;
    const clock = date + DATE_LENGTH + 1;
    const seconds = daySeconds(date) + numberAt(clock, 2) * 3600 + numberAt(clock + 3, 2) * 60 + numberAt(clock + 6, 2);
    let microseconds = 0;
    const fraction = date + SECONDS_LENGTH;
    if (bytes[fraction] === POINT) {
      for (let digit = 1; digit <= MICROSECOND_DIGITS; digit++) {
        const value = fraction + digit < end ? (bytes[fraction + digit] as number) - ZERO : -1;
        microseconds = microseconds * 10 + (value >= 0 && value <= 9 ? value : 0);
      }
    }
    return seconds * SECOND + microseconds;
  };
}
