import type { Clock } from './ports.ts';

/**
 * The items at a rate, the first at once. A slow item or a slow reader is made up for, so that the rate holds on average.
 * Ends early when `signal` aborts. Timers count whole milliseconds: above 1,000 a second a few items come together.
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
