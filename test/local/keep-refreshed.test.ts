import { expect, it } from 'vitest';
import { keepRefreshed } from '../../lib/local/keep-refreshed.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR_MS = 3_600_000;

function refreshing(everyMs: number, fail: (run: number) => boolean = () => false) {
  const clock = testClock();
  const stopping = new AbortController();
  const runs: (number | 'all')[] = [];
  const told: string[] = [];
  const transform = async ({ lookBackHours }: { readonly lookBackHours: number | 'all' }) => {
    runs.push(lookBackHours);
    if (fail(runs.length)) throw new Error('planted');
    return { hours: 0, published: 0, unchanged: 0, failures: [], stopped: 0 };
  };
  const report = { failed: (what: string) => told.push(what), succeeded: () => told.push('recovered') };
  const ended = keepRefreshed(transform, { everyMs, clock, report, signal: stopping.signal });
  const stop = () => {
    stopping.abort();
    return ended;
  };
  return { clock, runs, told, stop };
}

it('the tables are there soon after the start, and the whole lake is looked at then and once a day', async () => {
  const { clock, runs, stop } = refreshing(HOUR_MS);
  await clock.advance(15_000);
  expect(runs).toEqual(['all']);
  for (let hour = 0; hour < 25; hour++) await clock.advance(HOUR_MS);
  expect(runs.slice(1)).toEqual([...Array(23).fill(3), 'all', 3]);
  await stop();
});

it('a failed run is reported, and the whole lake is looked at again until that has succeeded', async () => {
  const { clock, runs, told, stop } = refreshing(60_000, (run) => run < 3);
  await clock.advance(15_000);
  for (let run = 0; run < 3; run++) await clock.advance(60_000);
  expect(runs).toEqual(['all', 'all', 'all', 3]);
  expect(told.filter((what) => what !== 'recovered')).toHaveLength(2);
  await stop();
});
