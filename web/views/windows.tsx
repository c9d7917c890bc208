import { figureLabel, figureUnit } from '../model/format.ts';
import type { ShownMetric } from '../model/overview.ts';
import { GroupTable } from './group-table.tsx';
import { LineChart } from './line-chart.tsx';
import type { TileProps } from './metric-tile.tsx';
import { Further } from './ranking.tsx';

const SHOWN = 10;

type WindowsProps = TileProps & { readonly series: NonNullable<ShownMetric['series']> };

/** Lines over time, and next to them the newest window of each group. */
export function Windows({ metric, series, times, nowMs }: WindowsProps) {
  const rows = metric.rows.slice(0, SHOWN);
  const figure = metric.figures.find(({ name }) => name === metric.order.figure);
  const unit = figure && figureUnit(figure);
  const shortOf = metric.groups - series.lines.length;
  return (
    <div class="windows">
      <div>
        <h4>
          {figure && figureLabel(figure)} by window{' '}
          <span class="quiet">
            {unit}
            {shortOf > 0 && ` · the ${series.lines.length} greatest of ${metric.groups} groups`}
          </span>
        </h4>
        <LineChart series={series} times={times} nowMs={nowMs} label={metric.description} />
      </div>
      <div>
        <h4>Newest window of each group</h4>
        <GroupTable
          metric={metric}
          rows={rows}
          last={{
            title: `window, ${times.zone}`,
            cell: ({ window }) =>
              window && (
                <>
                  {times.minute(Date.parse(window.start))}–{times.minute(Date.parse(window.end))}{' '}
                  <span title={window.closed ? CLOSED : OPEN}>{window.closed ? 'closed' : 'open'}</span>
                </>
              ),
          }}
        />
        <Further count={metric.groups - rows.length} href={metric.href} />
      </div>
    </div>
  );
}

const OPEN = 'Further events of this window are expected.';
const CLOSED = 'No further events of this window are expected; a late one still changes it.';
