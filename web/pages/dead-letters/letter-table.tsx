import type { LetterRow } from '../../../lib/api/dead-letter-routes.ts';
import { groupText, shownValue } from '../../model/format.ts';
import { linkTo, type Place } from '../../model/location.ts';
import type { Times } from '../../model/times.ts';
import { Scroll } from '../../views/scroll.tsx';

interface LetterTableProps {
  readonly letters: readonly LetterRow[];
  readonly place: Place;
  readonly times: Times;
  readonly nowMs: number;
}

/** Letters, each with a link to its details. */
export function LetterTable({ letters, place, times, nowMs }: LetterTableProps) {
  if (letters.length === 0) return <p class="empty">No letters of these.</p>;
  return (
    <Scroll label="Table of letters">
      <table>
        <thead>
          <tr>
            <th scope="col">record</th>
            <th scope="col">came in, {times.zone}</th>
            <th scope="col">reason</th>
            <th scope="col">field</th>
            <th scope="col">expected and found</th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => {
            const { stream, incarnation, kafka_partition, kafka_offset, is_open, reason, path, detail } = letter;
            const position = [stream, String(kafka_partition), String(kafka_offset)] as const;
            return (
              <tr key={[incarnation, ...position].join(' ')} data-letter={position.join(' ')}>
                <th scope="row">
                  <a href={linkTo(place, ['dead-letters', ...position])}>
                    {stream} {kafka_partition}/{shownValue(kafka_offset)}
                  </a>
                  {!is_open && <span class="quiet"> is a row</span>}
                </th>
                <td>{times.time(Date.parse(letter.ingested_at), nowMs)}</td>
                <td>{reason}</td>
                <td class="clipped" title={path}>
                  {path === '' ? <span class="quiet">whole record</span> : groupText(path)}
                </td>
                <td>{detail}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
