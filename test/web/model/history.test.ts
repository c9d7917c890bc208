import { describe, expect, it } from 'vitest';
import { currentRate, type History, KEPT_SAMPLES, lagSeconds, rates, withSample } from '../../../web/model/history.ts';

const stream = (eventsIn: number | null, lag = 0) => {
  return { stream: 'orders', topic: 'orders', events_in: eventsIn, rows: 0, dead_letters: 0, lag, newest: null };
};

/** What is known of the stream after these samples, two seconds apart. */
function seen(...samples: readonly ReturnType<typeof stream>[]) {
  const history = samples.reduce<History>((before, one, index) => withSample(before, [one], index * 2000), new Map());
  const orders = history.get('orders');
  if (orders === undefined) throw new Error('expected a history of orders');
  return orders;
}

describe('events a second', () => {
  it('are those of the last ten seconds', () => {
    expect(currentRate(seen(...[0, 100, 110, 120, 130, 140, 150].map((count) => stream(count))))).toBe(5);
  });

  it('are not known after one sample, before counts are known, and where counting has begun again', () => {
    expect(currentRate(seen(stream(7)))).toBeNull();
    expect(currentRate(seen(stream(null), stream(7)))).toBeNull();
    expect(currentRate(seen(stream(70), stream(7)))).toBeNull();
  });

  it('leave a gap where they are not known', () => {
    expect(rates(seen(stream(0), stream(10), stream(0), stream(4)))).toEqual([5, null, 2]);
  });
});

describe('a day of polling', () => {
  it('keeps five minutes of samples, and nothing of streams that no longer exist', () => {
    const day = Array.from({ length: 43_200 }, (_, index) => stream(index));
    expect(seen(...day).samples).toHaveLength(KEPT_SAMPLES);
    expect(withSample(new Map([['gone', seen(stream(1))]]), [stream(1)], 0).has('gone')).toBe(false);
  });
});

describe('the lag in seconds', () => {
  it('is none where everything is in the lake', () => {
    expect(lagSeconds({ lag: 0, newest: null }, undefined, 5000)).toBe(0);
  });

  it('counts from the newest row, or from when everything was in the lake', () => {
    const caughtUp = seen(stream(1, 0), stream(2, 1));
    expect(lagSeconds({ lag: 1, newest: '1970-01-01T00:00:01Z' }, undefined, 5000)).toBe(4);
    expect(lagSeconds({ lag: 1, newest: null }, caughtUp, 5000)).toBe(5);
    expect(lagSeconds({ lag: 1, newest: '1970-01-01T00:00:01Z' }, caughtUp, 5000)).toBe(4);
  });

  it('is not known of a stream that was never caught up', () => {
    expect(lagSeconds({ lag: 1, newest: null }, seen(stream(1, 1)), 5000)).toBeNull();
  });
});
