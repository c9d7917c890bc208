/** How times are shown: in the reader's zone or in UTC, with the zone's name. */
export interface Times {
  /** `UTC`, `Europe/Berlin`. */
  readonly zone: string;
  /** `10:45:03`; with the date if it is not the day of `nowMs`. */
  time(ms: number, nowMs: number): string;
  /** `10:45` if the seconds are 0, for windows. */
  minute(ms: number): string;
}

export function timesIn(zone: string): Times {
  const options = { timeZone: zone, hourCycle: 'h23' } as const;
  const clock = new Intl.DateTimeFormat('en', { ...options, hour: '2-digit', minute: '2-digit', second: '2-digit' });
  // Swedish dates have the format of ISO 8601.
  const date = new Intl.DateTimeFormat('sv', { ...options, year: 'numeric', month: '2-digit', day: '2-digit' });
  return {
    zone,
    time(ms, nowMs) {
      const [day, today] = [date.format(ms), date.format(nowMs)];
      return day === today ? clock.format(ms) : `${day} ${clock.format(ms)}`;
    },
    minute: (ms) => clock.format(ms).replace(/:00$/, ''),
  };
}

export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
