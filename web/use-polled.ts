import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from './ask.ts';
import { EVERY_MS, LOADING, type PollState, poll } from './model/poll.ts';

/**
 * The API's answer at `path`, polled while the page is visible; nothing is requested at null. A new path starts over.
 * @param show called with every state, for callers that keep more than the last one
 */
export function usePolled<T>(
  path: string | null,
  { everyMs = EVERY_MS, show }: { readonly everyMs?: number; show?(state: PollState<T>): void } = {},
): PollState<T> {
  const [polled, setPolled] = useState<{ path: string | null; state: PollState<T> }>();
  const latestShow = useRef(show);
  latestShow.current = show;
  useEffect(() => {
    if (path === null) return;
    let isOver = false;
    const ports = {
      ask: (etag: string | null) => ask<T>(path, etag),
      clock,
      everyMs,
      untilVisible,
      show(state: PollState<T>) {
        setPolled({ path, state });
        latestShow.current?.(state);
      },
    };
    void poll(ports, () => isOver);
    return () => {
      isOver = true;
    };
  }, [path, everyMs]);
  // The state of another path is not returned for this one, not even before the effect runs.
  return polled?.path === path ? polled.state : { ...LOADING, nowMs: clock.now() };
}

const clock = {
  // Advances steadily even if the computer's clock is set.
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

function untilVisible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
  });
}
