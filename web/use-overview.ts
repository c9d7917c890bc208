import { useEffect, useState } from 'preact/hooks';
import { askOverview } from './ask.ts';
import { type History, withSample } from './model/history.ts';
import type { Overview } from './model/overview.ts';
import { LOADING, type PollState, poll } from './model/poll.ts';

export interface Watched {
  readonly state: PollState<Overview>;
  readonly history: History;
}

const BEFORE: Watched = { state: { ...LOADING, nowMs: Date.now() }, history: new Map() };

/** The pipeline as it is now, asked for again and again while the page can be seen. */
export function useOverview(): Watched {
  const [watched, setWatched] = useState(BEFORE);
  useEffect(() => {
    let isOver = false;
    const show = (state: PollState<Overview>) =>
      setWatched(({ history }) => ({
        state,
        history: state.status === 'live' && state.body ? withSample(history, state.body.streams, state.nowMs) : history,
      }));
    const clock = {
      // Goes on evenly when somebody sets the computer's clock.
      now: () => performance.timeOrigin + performance.now(),
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    };
    void poll({ ask: askOverview, clock, untilVisible, show }, () => isOver);
    return () => {
      isOver = true;
    };
  }, []);
  return watched;
}

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
