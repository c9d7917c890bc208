import { useState } from 'preact/hooks';
import { type History, withSample } from './model/history.ts';
import type { Overview } from './model/overview.ts';
import type { PollState } from './model/poll.ts';
import { usePolled } from './use-polled.ts';

export interface Watched {
  readonly state: PollState<Overview>;
  readonly history: History;
}

/** The current state of the pipeline, and the samples of the last minutes. */
export function useOverview(): Watched {
  const [history, setHistory] = useState<History>(new Map());
  const state = usePolled<Overview>('/overview', {
    show({ status, body, nowMs }) {
      if (status === 'live' && body !== null) setHistory((before) => withSample(before, body.streams, nowMs));
    },
  });
  return { state, history };
}
