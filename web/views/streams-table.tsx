import { shownRate, shownSeconds, shownValue } from '../model/format.ts';
import { currentRate, type History, lagSeconds, rates } from '../model/history.ts';
import type { StreamFigures } from '../model/overview.ts';
import type { Times } from '../model/times.ts';
import { Scroll } from './scroll.tsx';
import { Sparkline } from './sparkline.tsx';

interface StreamsTableProps {
  readonly streams: readonly StreamFigures[];
  readonly history: History;
  readonly times: Times;
  readonly nowMs: number;
  /** The link of a stream's name. */
  hrefOf(stream: string): string;
}

/** For the heading above the table. */
export function RatesNote() {
  return <span class="quiet">rates over 10 s, lines since this page was opened, at most 5 min</span>;
}

/** The state of each stream. */
export function StreamsTable({ streams, ...shown }: StreamsTableProps) {
  return (
    <Scroll label="Table of streams">
      <table class="streams">
        <thead>
          <tr>
            <th scope="col">stream</th>
            <th scope="col" class="number" colSpan={2}>
              events/s
            </th>
            <th scope="col" class="number">
              rows
            </th>
            <th scope="col" class="number">
              dead letters
            </th>
            <th scope="col" class="number">
              lag
            </th>
            <th scope="col" class="number">
              newest row <span class="quiet">{shown.times.zone}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {streams.map((figures) => (
            <StreamRow key={figures.stream} figures={figures} {...shown} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

type StreamRowProps = Omit<StreamsTableProps, 'streams'> & { readonly figures: StreamFigures };

function StreamRow({ figures, history, times, nowMs, hrefOf }: StreamRowProps) {
  const { stream, topic, rows, dead_letters, lag, newest } = figures;
  const seen = history.get(stream);
  const newestMs = newest === null ? null : Date.parse(newest);
  return (
    <tr data-stream={stream}>
      <th scope="row" title={topic === stream ? undefined : `topic ${topic}`}>
        <a href={hrefOf(stream)}>{stream}</a>
      </th>
      <td class="number" data-label="events/s">
        {shownRate(seen === undefined ? null : currentRate(seen))}
      </td>
      <td class="spark">{seen !== undefined && <Sparkline points={rates(seen)} />}</td>
      <td class="number" data-figure="rows" data-label="rows">
        {rows === null ? 'counting' : shownValue(rows)}
      </td>
      <td class={`number ${dead_letters ? 'warn' : ''}`} data-figure="dead_letters" data-label="dead letters">
        {dead_letters === null ? 'counting' : shownValue(dead_letters)}
      </td>
      <td
        class="number"
        title={`${shownValue(lag)} records are not in the lake yet`}
        data-figure="lag"
        data-label="lag"
      >
        {shownSeconds(lagSeconds(figures, seen, nowMs))}
      </td>
      <td class="number" data-label={`newest row, ${times.zone}`}>
        {newestMs === null ? (
          <span class="quiet">none since start</span>
        ) : (
          <>
            <span class="quiet">{shownSeconds((nowMs - newestMs) / 1000)} ago</span> {times.time(newestMs, nowMs)}
          </>
        )}
      </td>
    </tr>
  );
}
