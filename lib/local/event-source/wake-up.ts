import type { Clock } from '../../pipeline/ports.ts';

/** Lets loops wait until something changes. */
export interface WakeUp {
  /** Wakes all waiting loops. */
  wake(): void;
  /** Resolves at the next `wake`, or after `ms` unless it is null. */
  next(ms: number | null): Promise<void>;
}

export function wakeUp(clock: Clock): WakeUp {
  let waiters: (() => void)[] = [];
  return {
    wake() {
      const woken = waiters;
      waiters = [];
      for (const resolve of woken) resolve();
    },
    async next(ms) {
      let woken = () => {};
      const changed = new Promise<void>((resolve) => {
        woken = resolve;
        waiters.push(resolve);
      });
      if (ms === null) return changed;
      const timer = new AbortController();
      await Promise.race([changed, clock.sleep(ms, timer.signal)]);
      waiters = waiters.filter((waiter) => waiter !== woken);
      timer.abort();
    },
  };
}
