import { describe, expect, it } from 'vitest';
import type { StreamStatus } from '../../../lib/api/stream-status.ts';
import { deadLetterCheck, lagCheck, silenceCheck } from '../../../lib/local/health/stream-checks.ts';

const ORDERS: StreamStatus = {
  ...{ stream: 'shop.orders', topic: 'orders', eventsIn: 5, rows: 5, deadLetters: 0, lag: 0 },
  newestMs: 0,
};

/** A check with periods of ten seconds, over a status and a time that change. */
function checked(make: typeof silenceCheck) {
  const world = { nowMs: 0, status: ORDERS };
  const check = make({
    status: async () => [world.status],
    nowMs: () => world.nowMs,
    periodSeconds: 10,
    everyMs: 1000,
  });
  const at = async (seconds: number, change: Partial<StreamStatus>) => {
    world.nowMs = seconds * 1000;
    world.status = { ...world.status, ...change };
    return (await check.findings()).map(({ found }) => found);
  };
  return { check, at };
}

describe('silence', () => {
  it('is found six periods after the newest record, and is over with the next', async () => {
    const { at, check } = checked(silenceCheck);
    expect(check.rule).toMatchObject({ id: 'StreamSilent', periodSeconds: 10, periods: 6 });
    expect(await at(60, {})).toEqual([]);
    expect(await at(61, {})).toEqual([
      'No producer sends events to topic orders: its newest record is of 1970-01-01 00:00:00 UTC, and none waits.',
    ]);
    expect(await at(62, { newestMs: 61_500 })).toEqual([]);
  });

  it.each<[string, Partial<StreamStatus>]>([
    ['a stream without a record since the start', { newestMs: null }],
    ['a stream whose records wait', { lag: 3 }],
  ])('is not found of %s', async (_, change) => {
    expect(await checked(silenceCheck).at(600, change)).toEqual([]);
  });
});

describe('lag', () => {
  it('is found after three periods above the threshold, and counts anew after it was below', async () => {
    const { at } = checked(lagCheck);
    expect(await at(0, { lag: 100_001 })).toEqual([]);
    expect(await at(29, {})).toEqual([]);
    expect(await at(30, {})).toEqual([expect.stringContaining('100001 records wait in topic orders')]);
    expect(await at(40, { lag: 100_000 })).toEqual([]);
    expect(await at(41, { lag: 100_001 })).toEqual([]);
  });
});

describe('dead letters', () => {
  it('of the last period are found, and those of before the start are not', async () => {
    const { at } = checked(deadLetterCheck);
    expect(await at(0, { deadLetters: 7 })).toEqual([]);
    expect(await at(1, { deadLetters: 8, rows: 9 })).toEqual([
      'The contract refuses 1 record, and 4 rows, in the last 10 s.',
    ]);
    expect(await at(10, {})).toHaveLength(1);
    expect(await at(11, {})).toEqual([]);
  });

  it('without a row are said to be every event', async () => {
    const { at } = checked(deadLetterCheck);
    await at(0, {});
    expect(await at(1, { deadLetters: 3 })).toEqual([
      'The contract refuses every event: 3 records refused, and no row, in the last 10 s.',
    ]);
  });

  it('are not counted before the lake is', async () => {
    const { at } = checked(deadLetterCheck);
    expect(await at(0, { rows: null, deadLetters: null })).toEqual([]);
    expect(await at(1, { rows: 5, deadLetters: 4 })).toEqual([]);
  });
});
