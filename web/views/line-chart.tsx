import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { drawn, groupLabel, shownValue } from '../model/format.ts';
import { fromFirstValue, lonePoints, type Series } from '../model/series.ts';
import type { Times } from '../model/times.ts';

interface LineChartProps {
  readonly series: Series;
  readonly times: Times;
  readonly nowMs: number;
  readonly label: string;
}

const HEIGHT = 200;

/** A line for each group. The legend shows the values under the cursor, or those of the newest window. */
export function LineChart({ series: whole, times, nowMs, label }: LineChartProps) {
  const series = useMemo(() => fromFirstValue(whole), [whole]);
  const { starts, lines } = series;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const shape = JSON.stringify([lines.map(({ group }) => group), times.zone]);
  // Recreated only if the groups, the zone or the theme change.
  useEffect(() => {
    const parent = box.current;
    if (parent === null) return;
    const make = () => {
      chart.current?.destroy();
      chart.current = new uPlot(options(parent, lines.length, times, setCursor), data(series), parent);
    };
    make();
    const resized = new ResizeObserver(() => chart.current?.setSize({ width: parent.clientWidth, height: HEIGHT }));
    resized.observe(parent);
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', make);
    return () => {
      resized.disconnect();
      themed.disconnect();
      scheme.removeEventListener('change', make);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape]);
  useEffect(() => chart.current?.setData(data(series)), [series]);
  const at = cursor ?? starts.length - 1;
  const start = starts[at];
  return (
    <figure>
      <div ref={box} class="chart" role="img" aria-label={`Lines: ${label} The table beside has the newest figures.`} />
      <figcaption>
        <span class="quiet">{start === undefined ? '' : times.time(Date.parse(start), nowMs)}</span>
        {lines.map(({ group, points }, index) => (
          <span key={groupLabel(group)} class="key">
            <i class={`line-${index}`} />
            {groupLabel(group)} <b>{shownValue(points[at] ?? null)}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function data({ starts, lines }: Series): uPlot.AlignedData {
  return [starts.map((start) => Date.parse(start) / 1000), ...lines.map(({ points }) => points.map(drawn))];
}

function options(
  parent: HTMLElement,
  lines: number,
  times: Times,
  setCursor: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(parent);
  const colour = (name: string) => style.getPropertyValue(name).trim() || style.color;
  const axis = {
    stroke: style.color,
    font: `11px ${style.fontFamily}`,
    grid: { stroke: style.borderTopColor, width: 1 },
    ticks: { show: false },
  };
  return {
    width: parent.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 5 } },
    scales: { y: { range: (_, least, greatest) => [Math.min(0, least), Math.max(greatest, 1)] } },
    axes: [
      { ...axis, size: 24, values: (_, splits) => splits.map((seconds) => times.minute(seconds * 1000)) },
      { ...axis, size: 56, values: (_, splits) => splits.map((value) => shownValue(value)) },
    ],
    series: [{}, ...Array.from({ length: lines }, (_, index) => line(colour(`--line-${index}`)))],
    hooks: { setCursor: [({ cursor: { idx } }) => setCursor(idx ?? null)] },
  };
}

/** A line, with a point for each value that has no neighbour to connect to. */
function line(stroke: string): uPlot.Series {
  const filter = ({ data }: uPlot, index: number) => lonePoints(data[index] ?? []);
  return { stroke, width: 1.25, points: { show: true, size: 4, fill: stroke, filter } };
}
