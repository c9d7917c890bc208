import type { LakeDays } from '../../../lib/api/lake-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { dayAfter, daysBetween, figureNotes, figureOf, figures, numberOf } from '../../model/heat.ts';
import { linkTo, type Place } from '../../model/location.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Polled } from '../../views/polled.tsx';
import { HeatMap } from './heat-map.tsx';
import { LakeHour } from './lake-hour.tsx';
import { LastAudit } from './last-audit.tsx';

/** Hours change with every batch, but a look lists all of them. */
const EVERY_MS = 10_000;
const LENGTHS = [1, 2, 7, 14];

/** The lake's hours by tables; `#/lake/{table}/{hour}` shows one of them. */
export function Lake(props: PageProps) {
  const { place, times } = props;
  const [table, hour] = place.path;
  if (table !== undefined && hour !== undefined) {
    return <LakeHour key={place.path.join('/')} {...props} table={table} hour={hour} />;
  }
  return <LakeHours place={place} times={times} />;
}

function LakeHours({ place, times }: Pick<PageProps, 'place' | 'times'>) {
  const { from, to } = place.query;
  const state = usePolled<LakeDays>(apiPath(['lake'], { from, to }), { everyMs: EVERY_MS });
  return (
    <>
      <h1>Lake</h1>
      <p class="quiet">
        Each cell is an hour of a table, by the time of its records on the topic, in UTC. Choose one to see its objects.
      </p>
      <Polled state={state} times={times} what="hours">
        {(days, nowMs) => <Days days={days} place={place} today={new Date(nowMs).toISOString().slice(0, 10)} />}
      </Polled>
      <LastAudit times={times} />
    </>
  );
}

interface DaysProps {
  readonly days: LakeDays;
  readonly place: Place;
  readonly today: string;
}

function Days({ days, place, today }: DaysProps) {
  const { from, to, tables, hours } = days;
  const figure = figureOf(place.query.figure);
  const byKey = new Map(hours.map((hour) => [`${hour.table} ${hour.hour}`, hour]));
  const greatest = Math.max(0, ...hours.map((hour) => numberOf(hour, figure) ?? 0));
  const unregistered = hours.filter(({ registered }) => !registered).length;
  return (
    <>
      <Choices {...{ place, from, to, today }} />
      <p class="quiet">{figureNotes[figure]}</p>
      {unregistered > 0 && (
        <p class="warn">
          {unregistered === 1 ? '1 outlined hour is' : `${unregistered} outlined hours are`} not registered as shown, so
          readers do not see all of it. The next batch of the hour registers it, and so does{' '}
          <code>weir repair --apply</code>.
        </p>
      )}
      {daysBetween(from, to).map((day) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`}>{day}</h2>
          {day === to || hours.some((hour) => hour.hour.startsWith(day)) ? (
            <HeatMap {...{ day, tables, figure, greatest, place }} hours={byKey} />
          ) : (
            <p class="empty">No table has an hour of this day.</p>
          )}
        </section>
      ))}
    </>
  );
}

type ChoicesProps = Omit<DaysProps, 'days'> & Pick<LakeDays, 'from' | 'to'>;

function Choices({ place, from, to, today }: ChoicesProps) {
  const { figure } = place.query;
  const length = daysBetween(from, to).length;
  const at = (first: string, last: string) => linkTo(place, ['lake'], { from: first, to: last, figure });
  return (
    <div class="choices">
      <ul class="switch" aria-label="Figure">
        {figures.map((name) => (
          <li key={name}>
            <a
              href={linkTo(place, ['lake'], { ...place.query, figure: name })}
              aria-current={name === figureOf(figure) ? 'true' : undefined}
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
      <ul class="switch" aria-label="Days">
        {LENGTHS.map((days) => (
          <li key={days}>
            <a href={at(dayAfter(to, 1 - days), to)} aria-current={days === length ? 'true' : undefined}>
              {days === 1 ? '1 day' : `${days} days`}
            </a>
          </li>
        ))}
      </ul>
      <a href={at(dayAfter(from, -length), dayAfter(to, -length))}>← earlier</a>
      {to < today && (
        <>
          <a href={at(dayAfter(from, length), dayAfter(to, length))}>later →</a>
          <a href={linkTo(place, ['lake'], { figure })}>today</a>
        </>
      )}
    </div>
  );
}
