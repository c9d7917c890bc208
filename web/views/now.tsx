import { apiPath } from '../model/api-path.ts';
import { linkTo } from '../model/location.ts';
import type { Overview, ShownMetric } from '../model/overview.ts';
import type { RuleList } from '../pages/health/health.tsx';
import type { PageProps } from '../pages.ts';
import { usePolled } from '../use-polled.ts';
import { Attention } from './attention.tsx';
import { MetricTile } from './metric-tile.tsx';
import { Polled } from './polled.tsx';
import { RatesNote, StreamsTable } from './streams-table.tsx';
import { Troubles } from './troubles.tsx';

/** The current state of the pipeline. */
export function Now({ overview: { state, history }, place, times, isServed }: PageProps) {
  const rules = usePolled<RuleList>(isServed('health') ? apiPath(['health', 'rules']) : null);
  return (
    <>
      <h1 class="hidden">The pipeline as it is now</h1>
      {rules.body !== null && <Attention rules={rules.body.rules} place={place} nowMs={rules.nowMs} />}
      <Polled state={state} times={times} what="figures">
        {({ health, streams, metrics }, nowMs) => (
          <>
            <Troubles health={rules.body === null ? health : { ...health, troubles: [] }} />
            <section aria-labelledby="streams">
              <h2 id="streams">
                Streams <RatesNote />
              </h2>
              <StreamsTable
                {...{ streams, history, times, nowMs }}
                hrefOf={(stream) => linkTo(place, ['streams', stream])}
              />
            </section>
            <Metrics metrics={metrics} place={place} times={times} nowMs={nowMs} />
          </>
        )}
      </Polled>
    </>
  );
}

type MetricsProps = Pick<Overview, 'metrics'> & Pick<PageProps, 'times' | 'place'> & { readonly nowMs: number };

function Metrics({ metrics, ...shown }: MetricsProps) {
  if (metrics === null) {
    return (
      <p class="empty">
        The store of live metrics does not answer. Events go on into the lake; figures come back by themselves.
      </p>
    );
  }
  if (metrics.length === 0) return <p class="empty">No stream declares a metric.</p>;
  return byStream(metrics).map(([stream, ofStream]) => (
    <section key={stream} aria-labelledby={`of-${stream}`}>
      <h2 id={`of-${stream}`}>{stream}</h2>
      <div class="tiles">
        {ofStream.map((metric) => (
          <MetricTile key={metric.name} metric={metric} {...shown} />
        ))}
      </div>
    </section>
  ));
}

/** Streams in the order of their first metric. */
function byStream(metrics: readonly ShownMetric[]): readonly (readonly [string, readonly ShownMetric[]])[] {
  return [...Map.groupBy(metrics, ({ stream }) => stream)];
}
