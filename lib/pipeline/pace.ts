import type { Clock } from './ports.ts';

/**
 * Yields the items at a rate, the first at once. Delays by a slow source or consumer are caught up, so that the rate
 * holds on average. Ends early if `signal` aborts. Timers have millisecond resolution: above 1,000 a second, some items
 * come together.
 */
export async function* paced<T>(
  items: AsyncIterable<T>,
  { perSecond, clock, signal }: { readonly perSecond: number; readonly clock: Clock; readonly signal?: AbortSignal },
): AsyncGenerator<T> {
  const startMs = clock.now();
  let count = 0;
  for await (const item of items) {
    const waitMs = Math.floor(startMs + (count * 1000) / perSecond - clock.now());
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    if (signal?.aborted) return;
    count += 1;
    yield item;
  }
}
