import type { ComponentChildren } from 'preact';
import type { PollState } from '../model/poll.ts';
import type { Times } from '../model/times.ts';

interface PolledProps<T> {
  readonly state: PollState<T>;
  readonly times: Times;
  /** `dead letters` */
  readonly what: string;
  readonly children: (body: T, nowMs: number) => ComponentChildren;
}

/** Shows an answer in every state: before the first, without any, and while no newer one is available. */
export function Polled<T>({ state, times, what, children }: PolledProps<T>) {
  const { status, body, asOfMs, nowMs, failure } = state;
  if (body === null) {
    return (
      <p class="empty" role="status">
        {failure === null ? `Loading ${what}…` : `No ${what}: ${failure.message}.`}
      </p>
    );
  }
  return (
    <div class={status === 'stale' ? 'stale' : ''}>
      {failure !== null && asOfMs !== null && (
        <p class="notice" role="status">
          <span class="dot bad" />
          As of {times.time(asOfMs, nowMs)} {times.zone}: {failure.message}.
        </p>
      )}
      {children(body, nowMs)}
    </div>
  );
}
