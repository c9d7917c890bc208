import { expect, it } from 'vitest';
import { backOffMs } from '../../../lib/local/event-source/back-off.ts';

const backOff = { firstMs: 100, maxMs: 5_000 };

it('waits double from failure to failure, up to the longest wait, however many there are', () => {
  const waits = [1, 2, 3, 6, 7, 50, 5_000].map((failures) => backOffMs(backOff, failures, () => 1));
  expect(waits).toEqual([100, 200, 400, 3_200, 5_000, 5_000, 5_000]);
});

it('half of a wait is by chance, so that those who failed together do not come again together', () => {
  const waits = [0, 0.5, 1].map((chance) => backOffMs(backOff, 3, () => chance));
  expect(waits).toEqual([200, 300, 400]);
});
