import type { History } from '../model/history.ts';
import type { Overview, ShownMetric } from '../model/overview.ts';
import type { PollState } from '../model/poll.ts';
import type { Times } from '../model/times.ts';
import { MetricTile } from './metric-tile.tsx';
import { StreamsTable } from './streams-table.tsx';
import { Troubles } from './troubles.tsx';

interface NowProps {
  readonly state: PollState<Overview>;
  readonly history: History;
  readonly times: Times;
}

/** The pipeline as it is now. */
export function Now({ state, history, times }: NowProps) {
  const { body, nowMs, failure } = state;
  if (body === null) {
    return <p class="empty">{failure === null ? 'Loading figures…' : `No figures: ${failure.message}.`}</p>;
  }
  return (
    <>
      <h1 class="hidden">The pipeline as it is now</h1>
      <Troubles health={body.health} />
      <StreamsTable streams={body.streams} history={history} times={times} nowMs={nowMs} />
      {body.metrics === null ? (
        <p class="empty">
          The store of live metrics does not answer. Events go on into the lake; figures come back by themselves.
        </p>
      ) : (
        byStream(body.metrics).map(([stream, metrics]) => (
          <section key={stream} aria-labelledby={`of-${stream}`}>
            <h2 id={`of-${stream}`}>{stream}</h2>
            <div class="tiles">
              {metrics.map((metric) => (
                <MetricTile key={metric.name} metric={metric} times={times} nowMs={nowMs} />
              ))}
            </div>
          </section>
        ))
      )}
      {body.metrics?.length === 0 && <p class="empty">No stream declares a metric.</p>}
    </>
  );
}

/** In the order of the first metric of each. */
function byStream(metrics: readonly ShownMetric[]): readonly (readonly [string, readonly ShownMetric[]])[] {
  return [...Map.groupBy(metrics, ({ stream }) => stream)];
}
