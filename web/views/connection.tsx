import { shownSeconds } from '../model/format.ts';
import type { Overview } from '../model/overview.ts';
import type { PollState } from '../model/poll.ts';
import type { Times } from '../model/times.ts';

const health = { ok: 'All is well', filling: 'Filling gaps', failing: 'Failing' } as const;

/** Whether the figures are current, and whether the pipeline is healthy. */
export function Connection({ state, times }: { state: PollState<Overview>; times: Times }) {
  const { status, body, asOfMs, nowMs, failure } = state;
  const time = (ms: number) => `${times.time(ms, nowMs)} ${times.zone}`;
  if (failure !== null) {
    return (
      <p class="connection" role="status">
        <span class="dot bad" />
        <b>Connection lost</b> {shownSeconds((nowMs - failure.sinceMs) / 1000)} ago: {failure.message}.{' '}
        {asOfMs === null ? 'Trying again.' : `Figures are of ${time(asOfMs)}.`}
      </p>
    );
  }
  if (status === 'loading' || body === null || asOfMs === null) return <p class="connection">Loading…</p>;
  return (
    <p class="connection">
      <span class={`dot ${body.health.status === 'failing' ? 'bad' : body.health.status}`} />
      <b>{health[body.health.status]}</b> <span class="quiet">as of {time(asOfMs)}</span>
    </p>
  );
}
