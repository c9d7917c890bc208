import type { LetterGroup } from '../../../lib/api/dead-letter-routes.ts';
import { groupText, shownValue } from '../../model/format.ts';
import { type LetterSelection, selectionOf } from '../../model/letter-selection.ts';
import { linkTo, type Place } from '../../model/location.ts';
import type { Times } from '../../model/times.ts';
import { Scroll } from '../../views/scroll.tsx';

interface LetterGroupsProps {
  readonly groups: readonly LetterGroup[];
  readonly place: Place;
  readonly times: Times;
  readonly nowMs: number;
}

/** The number of letters by reason; each row links to its letters. */
export function LetterGroups({ groups, place, times, nowMs }: LetterGroupsProps) {
  if (groups.length === 0) return <p class="empty">No dead letters: every record has become a row.</p>;
  const chosen = selectionOf(place);
  return (
    <section aria-labelledby="reasons">
      <h2 id="reasons">By stream, reason and field</h2>
      {Object.keys(chosen).length > 0 && (
        <p>
          <a href={linkTo(place, ['dead-letters'])}>Choose all</a>
        </p>
      )}
      <Scroll label="Table of reasons">
        <table>
          <thead>
            <tr>
              <th scope="col">stream</th>
              <th scope="col">reason</th>
              <th scope="col">field</th>
              <th scope="col" class="number">
                open
              </th>
              <th scope="col" class="number">
                of
              </th>
              <th scope="col" class="number">
                newest <span class="quiet">{times.zone}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <GroupRow
                key={JSON.stringify([group.stream, group.reason, group.path])}
                {...{ group, place, times, nowMs }}
                isChosen={isIn(chosen, group)}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

type GroupRowProps = Omit<LetterGroupsProps, 'groups'> & { readonly group: LetterGroup; readonly isChosen: boolean };

function GroupRow({ group, place, times, nowMs, isChosen }: GroupRowProps) {
  const { stream, reason, path, open, letters, newest } = group;
  return (
    <tr data-group={`${stream} ${reason} ${path}`} class={isChosen ? 'chosen' : ''}>
      <th scope="row">
        <a href={linkTo(place, ['dead-letters'], { stream })}>{stream}</a>
      </th>
      <td>
        <a href={linkTo(place, ['dead-letters'], { stream, reason })}>{reason}</a>
      </td>
      <td class="clipped" title={path}>
        {path === '' ? (
          <span class="quiet">whole record</span>
        ) : (
          <a href={linkTo(place, ['dead-letters'], { stream, reason, path })}>{groupText(path)}</a>
        )}
      </td>
      <td class={`number ${open > 0 ? 'warn' : ''}`}>{shownValue(open)}</td>
      <td class="number quiet">{shownValue(letters)}</td>
      <td class="number">{times.time(Date.parse(newest), nowMs)}</td>
    </tr>
  );
}

function isIn({ stream, reason, path }: LetterSelection, group: LetterGroup): boolean {
  if (stream === undefined) return false;
  return (
    stream === group.stream &&
    (reason === undefined || reason === group.reason) &&
    (path === undefined || path === group.path)
  );
}
