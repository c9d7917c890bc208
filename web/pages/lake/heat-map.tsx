import { useEffect, useRef, useState } from 'preact/hooks';
import type { LakeHourFigures, LakeTableName } from '../../../lib/api/lake-routes.ts';
import { cellLabel, cellText, heat, type LakeFigure, numberOf } from '../../model/heat.ts';
import { linkTo, type Place } from '../../model/location.ts';
import { Scroll } from '../../views/scroll.tsx';

interface HeatMapProps {
  readonly day: string;
  readonly tables: readonly LakeTableName[];
  /** By table and hour: `shop_purchases 2026-01-31T13`. */
  readonly hours: ReadonlyMap<string, LakeHourFigures>;
  readonly figure: LakeFigure;
  /** The greatest number of all days shown. */
  readonly greatest: number;
  readonly place: Place;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** A day's hours by tables, as a table whose cells are shaded. One stop for the tab key; arrows move between hours. */
export function HeatMap({ day, tables, hours, figure, greatest, place }: HeatMapProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = tables
    .flatMap(({ table }) => HOURS.map((hour) => `${table} ${day}T${hour}`))
    .filter((key) => hours.has(key));
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => showNewest(table.current), [day]);
  const stop = chosen !== null && hours.has(chosen) ? chosen : shown[0];
  return (
    <Scroll label={`Hours of ${day}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells arrows move between is a grid (ARIA practices) */}
      <table ref={table} class="heat" role="grid" aria-label={`${figure} of the hours of ${day}`} onKeyDown={moveFocus}>
        <thead>
          <tr>
            <th scope="col">table</th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tables.map(({ table, name }) => (
            <tr key={table}>
              <th scope="row">{name}</th>
              {HOURS.map((hour) => {
                const key = `${table} ${day}T${hour}`;
                const found = hours.get(key);
                if (found === undefined) return <td key={hour} />;
                const value = numberOf(found, figure);
                const label = `${name}, ${hour}:00 UTC: ${cellLabel(value, figure)}`;
                return (
                  <td key={hour} class={found.registered ? '' : 'unregistered'}>
                    <a
                      href={linkTo(place, ['lake', table, `${day}T${hour}`])}
                      aria-label={found.registered ? label : `${label}, not registered`}
                      title={label}
                      style={{ '--heat': `${Math.round(heat(value, greatest) * 100)}%` }}
                      tabIndex={key === stop ? 0 : -1}
                      onFocus={() => setChosen(key)}
                      data-cell={key}
                    >
                      {cellText(value, figure)}
                    </a>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const COLUMN_PIXELS = 44;

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** On a narrow screen the newest hour is the most interesting one. */
function showNewest(table: HTMLTableElement | null): void {
  const columns = [...(table?.querySelectorAll('td a') ?? [])].map(
    (link) => (link.parentElement as HTMLElement).offsetLeft,
  );
  const box = table?.parentElement;
  if (box && columns.length > 0) box.scrollLeft = Math.max(...columns) + COLUMN_PIXELS - box.clientWidth;
}

/** To the next cell in this direction that has a link. */
function moveFocus(event: KeyboardEvent & { readonly currentTarget: HTMLTableElement }): void {
  const move = MOVES[event.key];
  const cell = (event.target as HTMLElement).closest('td');
  if (move === undefined || cell === null) return;
  event.preventDefault();
  const [down, right] = move;
  let [row, column] = [(cell.parentElement as HTMLTableRowElement).rowIndex + down, cell.cellIndex + right];
  let next = event.currentTarget.rows[row]?.cells[column];
  while (next !== undefined && next.tagName === 'TD') {
    const link = next.querySelector('a');
    if (link !== null) {
      link.focus();
      return;
    }
    [row, column] = [row + down, column + right];
    next = event.currentTarget.rows[row]?.cells[column];
  }
}
