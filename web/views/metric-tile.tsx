import { figureLabel, figureUnit, shownLength, shownValue } from '../model/format.ts';
import { linkTo, type Place } from '../model/location.ts';
import type { ShownMetric } from '../model/overview.ts';
import type { Times } from '../model/times.ts';
import { Ranking } from './ranking.tsx';
import { Windows } from './windows.tsx';

export interface TileProps {
  readonly metric: ShownMetric;
  readonly place: Place;
  readonly times: Times;
  readonly nowMs: number;
}

/** A metric, in the form that its declaration calls for: one number, a ranking of groups, or windows over time. */
export function MetricTile(props: TileProps) {
  const { metric } = props;
  const { name, description } = metric;
  const id = `metric-${name}`;
  return (
    <article class={tileClass(metric)} aria-labelledby={id} data-metric={name}>
      <h3 id={id}>{description.replace(/\.$/, '')}</h3>
      <Figures {...props} />
      <Footer {...props} />
    </article>
  );
}

function tileClass({ by, series }: ShownMetric): string {
  if (series !== null) return 'tile wide';
  return by.length === 0 ? 'tile total' : 'tile';
}

function Figures(props: TileProps) {
  const { metric } = props;
  if (metric.rows.length === 0) return <p class="empty">No events yet.</p>;
  if (metric.series !== null) return <Windows {...props} series={metric.series} />;
  return metric.by.length === 0 ? <Totals metric={metric} /> : <Ranking {...props} />;
}

function Totals({ metric: { figures, total } }: { metric: ShownMetric }) {
  return (
    <dl class="totals">
      {figures.map((figure) => (
        <div key={figure.name}>
          <dd data-figure={figure.name}>{shownValue(total[figure.name] ?? null)}</dd>
          <dt>
            {figureLabel(figure)} <span class="quiet">{figureUnit(figure)}</span>
          </dt>
        </div>
      ))}
    </dl>
  );
}

/** What the figures cover, and when they were current. */
function Footer({ metric, place, times, nowMs }: TileProps) {
  const { window_seconds, as_of, groups, by, complete, expired, href, name } = metric;
  const parts = [
    window_seconds === null ? 'all time' : `windows of ${shownLength(window_seconds)}, event time`,
    ...(by.length === 0 ? [] : [`${shownValue(groups)} ${groups === 1 ? 'group' : 'groups'}`]),
    as_of === null ? 'nothing counted yet' : `counted to ${times.time(Date.parse(as_of), nowMs)} ${times.zone}`,
    ...(complete ? [] : ['not complete: earlier events are still to be counted']),
    ...(expired === 0 ? [] : [`${shownValue(expired)} came too late for their window`]),
  ];
  return (
    <footer>
      {parts.join(' · ')} · <a href={`/api${href}`}>{name}</a> ·{' '}
      <a href={linkTo(place, ['query'], { metric: name })} title="The SQL that gives these figures">
        SQL
      </a>
    </footer>
  );
}
