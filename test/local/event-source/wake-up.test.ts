import { expect, it } from 'vitest';
import { wakeUp } from '../../../lib/local/event-source/wake-up.ts';
import { testClock } from '../../support/test-clock.ts';

async function waiting(ms: number | null, changes: ReturnType<typeof wakeUp>) {
  const state = { isOver: false };
  void changes.next(ms).then(() => {
    state.isOver = true;
  });
  return state;
}

it('a change wakes all that wait for one, and none of those that wait for the next', async () => {
  const clock = testClock();
  const changes = wakeUp(clock);
  const early = [await waiting(null, changes), await waiting(5_000, changes)];
  changes.wake();
  await clock.advance(0);
  expect(early).toEqual([{ isOver: true }, { isOver: true }]);
  const late = await waiting(null, changes);
  await clock.advance(60_000);
  expect(late.isOver).toBe(false);
});

it('without a change, a wait is over when its time is, and not before', async () => {
  const clock = testClock();
  const state = await waiting(5_000, wakeUp(clock));
  await clock.advance(4_999);
  expect(state.isOver).toBe(false);
  await clock.advance(1);
  expect(state.isOver).toBe(true);
});
