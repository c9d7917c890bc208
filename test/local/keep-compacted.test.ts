import { expect, it } from 'vitest';
import { keepCompacted } from '../../lib/local/keep-compacted.ts';
import type { CompactionCounts, CompactionRequest } from '../../lib/pipeline/compact/compact-tables.ts';
import { testClock } from '../support/test-clock.ts';

const MINUTE_MS = 60_000;
const nothing: CompactionCounts = {
  hours: 0,
  objectsBefore: 0,
  objectsAfter: 0,
  deleted: 0,
  left: new Map(),
  failures: [],
};

function compacting(everyMs: number, answer: (run: number) => CompactionCounts = () => nothing) {
  const clock = testClock();
  const stopping = new AbortController();
  const runs: Pick<CompactionRequest, 'keepsOld'>[] = [];
  const reported: string[] = [];
  let closed = 0;
  const open = async () => ({
    compact: async ({ keepsOld }: Pick<CompactionRequest, 'keepsOld'>) => {
      runs.push({ keepsOld });
      return answer(runs.length);
    },
    close: async () => {
      closed++;
    },
  });
  const report = {
    failed: (what: string, error: unknown) => reported.push(`${what}: ${(error as Error).message}`),
    succeeded: () => reported.push('succeeded'),
  };
  const ended = keepCompacted({ open, everyMs, tables: [], clock, report, signal: stopping.signal });
  const stop = async () => {
    stopping.abort();
    await ended;
    return closed;
  };
  return { clock, runs, reported, stop, ended };
}

it('the lake is compacted soon after the start, and then as often as is set', async () => {
  const { clock, runs, stop } = compacting(10 * MINUTE_MS);
  await clock.advance(30_000);
  expect(runs).toHaveLength(1);
  for (let minute = 0; minute < 30; minute++) await clock.advance(MINUTE_MS);
  expect(runs).toEqual(Array(4).fill({ keepsOld: false }));
  expect(await stop()).toBe(1);
});

it('it is never compacted where the setting is 0', async () => {
  const { runs, ended } = compacting(0);
  await ended;
  expect(runs).toEqual([]);
});

it('after a sleep of the machine nothing old is deleted before the next time', async () => {
  const { clock, runs, stop } = compacting(10 * MINUTE_MS);
  await clock.advance(30_000);
  clock.jump(30 * 60 * MINUTE_MS);
  await clock.advance(0);
  await clock.advance(10 * MINUTE_MS);
  expect(runs.map(({ keepsOld }) => keepsOld)).toEqual([false, true, false]);
  await stop();
});

it('hours that cannot be compacted, and what throws, are reported, and tried again', async () => {
  const hour = { dt: '2026-01-31', hour: 13 };
  const { clock, reported, stop } = compacting(MINUTE_MS, (run) => {
    if (run === 1) return { ...nothing, failures: [{ table: 'lake.orders', hour, message: 'an object is cut' }] };
    if (run === 2) throw new Error('no space');
    return nothing;
  });
  await clock.advance(30_000);
  for (let minute = 0; minute < 2; minute++) await clock.advance(MINUTE_MS);
  expect(reported).toEqual([
    'compacting the lake: lake.orders 2026-01-31T13: an object is cut',
    'compacting the lake: no space',
    'succeeded',
  ]);
  await stop();
});
