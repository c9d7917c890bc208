/**
 * How often a schedule is due in a day: `rate(1 minute)` 1,440 times, `cron(5 0-3,5-23 * * ? *)` 23 times.
 * @throws for an expression that is none of these kinds, or not due every day.
 */
export function timesADay(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const perDay: Readonly<Record<string, number>> = { minute: 24 * 60, hour: 24, day: 1 };
  if (count !== undefined) return (perDay[unit] ?? 0) / Number(count);
  const [, minutes, hours] = /^cron\(([\d,*-]+) ([\d,*-]+) \* \* \? \*\)$/.exec(expression) ?? [];
  if (minutes === undefined || hours === undefined) {
    throw new Error(`schedule: expected rate(…), or cron(…) that is due every day, found ${expression}; price it here`);
  }
  return numbersIn(minutes, 60) * numbersIn(hours, 24);
}

/** Of lists and ranges: `0-3,5` are five. */
function numbersIn(field: string, all: number): number {
  return field.split(',').reduce((sum, part) => {
    if (part === '*') return sum + all;
    const [from = 0, to = from] = part.split('-').map(Number);
    return sum + to - from + 1;
  }, 0);
}
