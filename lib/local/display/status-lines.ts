import type { StreamStatus } from '../../api/stream-status.ts';
import { cutTo } from './display-width.ts';

/** The streams' status as a table, with lines of at most `width` columns. */
export function statusTable(streams: readonly StreamStatus[], nowMs: number, width: number): readonly string[] {
  const rows = [HEADING, ...streams.map((stream) => cells(stream, nowMs)), cells(total(streams), nowMs)];
  const widths = HEADING.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return lines.map((line) => cutTo(line.trimEnd(), width));
}

const HEADING = ['stream', 'events in', 'rows in the lake', 'dead letters', 'lag', 'newest row'];

/** The status in one line, for output that is not a terminal: totals, then the rows of each stream that has any. */
export function statusLine(streams: readonly StreamStatus[]): string {
  const { eventsIn, rows, deadLetters, lag } = total(streams);
  const each = streams.filter((stream) => (stream.rows ?? 0) > 0).map(({ stream, rows }) => `${stream} ${count(rows)}`);
  const inLake =
    eventsIn === null || rows === null || deadLetters === null
      ? 'events, rows and dead letters are being counted'
      : `${count(eventsIn)} events in, ${count(rows)} rows, ${count(deadLetters)} dead letters`;
  const totals = `${inLake}, lag ${count(lag)}`;
  return each.length === 0 ? totals : `${totals} (rows: ${each.join(', ')})`;
}

function total(streams: readonly StreamStatus[]): StreamStatus {
  const sum = (of: (stream: StreamStatus) => number | null) =>
    streams.reduce<number | null>((all, stream) => {
      const one = of(stream);
      return all === null || one === null ? null : all + one;
    }, 0);
  const newest = streams.flatMap(({ newestMs }) => (newestMs === null ? [] : [newestMs]));
  return {
    stream: 'all',
    topic: '',
    eventsIn: sum(({ eventsIn }) => eventsIn),
    rows: sum(({ rows }) => rows),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    lag: sum(({ lag }) => lag) ?? 0,
    newestMs: newest.length === 0 ? null : Math.max(...newest),
  };
}

function cells({ stream, eventsIn, rows, deadLetters, lag, newestMs }: StreamStatus, nowMs: number): readonly string[] {
  const newest = newestMs === null ? '–' : `${duration(nowMs - newestMs)} ago`;
  return [stream, count(eventsIn), count(rows), count(deadLetters), count(lag), newest];
}

/** `12,345`, or `…` if not counted yet. */
export function count(number: number | null): string {
  return number === null ? '…' : String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `4 s`, `12 min`, `3 h`, `2 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
