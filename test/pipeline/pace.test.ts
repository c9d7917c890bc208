import { describe, expect, it } from 'vitest';
import { paced } from '../../lib/pipeline/pace.ts';
import { testClock } from '../support/test-clock.ts';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) yield number;
}

/** Takes the items as they come, with the milliseconds after the start at which each came. */
function taking(perSecond: number, count: number, signal?: AbortSignal) {
  const clock = testClock();
  const startMs = clock.now();
  const cameAtMs: number[] = [];
  const done = (async () => {
    for await (const _ of paced(numbers(count), { perSecond, clock, ...(signal && { signal }) })) {
      cameAtMs.push(clock.now() - startMs);
    }
  })();
  return { clock, cameAtMs, done };
}

describe('paced', () => {
  it('gives the first item at once and the others at the rate', async () => {
    const { clock, cameAtMs, done } = taking(4, 5);
    await clock.advance(1000);
    await done;
    expect(cameAtMs).toEqual([0, 250, 500, 750, 1000]);
  });

  it('does not drift at rates above a thousand a second', async () => {
    const { clock, cameAtMs, done } = taking(3000, 3001);
    await clock.advance(1000);
    await done;
    expect(cameAtMs.at(-1)).toBe(1000);
  });

  it('makes up for a pause, so that the rate holds on average', async () => {
    const clock = testClock();
    const startMs = clock.now();
    const cameAtMs: number[] = [];
    const done = (async () => {
      for await (const item of paced(numbers(6), { perSecond: 10, clock })) {
        cameAtMs.push(clock.now() - startMs);
        if (item === 1) await clock.sleep(250);
      }
    })();
    await clock.advance(1000);
    await done;
    expect(cameAtMs).toEqual([0, 100, 350, 350, 400, 500]);
  });

  it('ends when it is asked to stop, also in the middle of a wait', async () => {
    const stop = new AbortController();
    const { clock, cameAtMs, done } = taking(1, 100, stop.signal);
    await clock.advance(2500);
    stop.abort();
    await done;
    expect(cameAtMs).toEqual([0, 1000, 2000]);
  });
});
