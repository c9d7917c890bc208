import { shownValue } from '../../model/format.ts';
import { linkTo, type Place } from '../../model/location.ts';
import { type ChartPoint, chartedColumns, chartPoints, isTime, type SqlResult } from '../../model/sql-result.ts';

/** More bars than this are too narrow to read; a line has as many points as it has rows. */
const MAX_BARS = 40;
const WIDTH = 800;
const HEIGHT = 160;

interface ResultChartProps {
  readonly result: SqlResult;
  readonly place: Place;
}

/** Bars by category, or a line over time. The address says which columns; the table below has every value. */
export function ResultChart({ result, place }: ResultChartProps) {
  const charted = chartedColumns(result.columns);
  if (charted === null || result.rows.length < 2) return null;
  const along = charted.along.find(({ name }) => name === place.query.along) ?? charted.along[0];
  const number = charted.numbers.find(({ name }) => name === place.query.number) ?? charted.numbers[0];
  if (along === undefined || number === undefined) return null;
  const points = chartPoints(result, along.name, number.name);
  const choose = (chosen: Readonly<Record<string, string>>) => {
    location.hash = linkTo(place, ['query'], { ...place.query, ...chosen });
  };
  const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);
  return (
    <figure class="result-chart">
      <figcaption>
        <Chosen
          label="Chart of"
          names={names(charted.numbers)}
          value={number.name}
          onChoose={(name) => choose({ number: name })}
        />
        <Chosen
          label="by"
          names={names(charted.along)}
          value={along.name}
          onChoose={(name) => choose({ along: name })}
        />
      </figcaption>
      {isTime(along) ? <Line points={points} /> : <Bars points={points} />}
    </figure>
  );
}

interface ChosenProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly value: string;
  onChoose(name: string): void;
}

function Chosen({ label, names, value, onChoose }: ChosenProps) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function Bars({ points }: { readonly points: readonly ChartPoint[] }) {
  const shown = points.slice(0, MAX_BARS);
  const least = Math.min(0, ...shown.map(({ value }) => value ?? 0));
  const range = Math.max(0, ...shown.map(({ value }) => value ?? 0)) - least || 1;
  return (
    <>
      <ul class="bars" aria-label={`Bars of the first ${shown.length} rows`}>
        {shown.map(({ label, value, text }, index) => (
          <li key={index}>
            <span class="label" title={label}>
              {label.slice(0, 80)}
            </span>
            <svg viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
              <rect
                x={((Math.min(value ?? 0, 0) - least) / range) * 1000}
                width={(Math.abs(value ?? 0) / range) * 1000}
                height="8"
              />
            </svg>
            <span class="number">{shownValue(text)}</span>
          </li>
        ))}
      </ul>
      {points.length > MAX_BARS && (
        <p class="further">
          The first {MAX_BARS} of {shownValue(points.length)} rows; the table has all of them.
        </p>
      )}
    </>
  );
}

function Line({ points }: { readonly points: readonly ChartPoint[] }) {
  const values = points.map(({ value }) => value).filter((value) => value !== null);
  const least = values.reduce((one, other) => Math.min(one, other), 0);
  const greatest = values.reduce((one, other) => Math.max(one, other), least);
  const at = pointsAlong(points);
  const y = (value: number) => HEIGHT - 2 - ((value - least) / (greatest - least || 1)) * (HEIGHT - 4);
  const path = points
    .map(({ value }, index) => {
      if (value === null) return '';
      const isFirst = index === 0 || points[index - 1]?.value === null;
      return `${isFirst ? 'M' : 'L'}${(at(index) * WIDTH).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
  return (
    <>
      <svg
        class="line"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`A line of ${points.length} values from ${least} to ${greatest}. The table has every value.`}
      >
        <path d={path} />
      </svg>
      <p class="ends">
        <span>{points[0]?.label}</span>
        <span>
          {shownValue(least)} to {shownValue(greatest)}
        </span>
        <span>{points.at(-1)?.label}</span>
      </p>
    </>
  );
}

/** Where each point is, from 0 to 1: by its time, or by its number where a time cannot be read. */
function pointsAlong(points: readonly ChartPoint[]): (index: number) => number {
  const times = points.map(({ label }) => Date.parse(label.replace(' ', 'T')));
  const [first = Number.NaN, last = Number.NaN] = [times[0], times.at(-1)];
  const isTimed = times.every((time) => Number.isFinite(time)) && last > first;
  return (index) =>
    isTimed ? ((times[index] ?? first) - first) / (last - first) : index / Math.max(1, points.length - 1);
}
