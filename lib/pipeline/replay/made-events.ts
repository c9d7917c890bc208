import { effectiveTimestampMs } from '../../derive/kafka-time.ts';
import { kindOfThrown } from '../contract-code.ts';
import { lineBuffer } from '../line-buffer.ts';
import type { Lines } from '../lines.ts';
import type { Rejection } from '../outcome.ts';
import type { Refinement } from '../refine/refinement.ts';
import { refinedEvents } from '../refine/refiner.ts';
import { toolsOf } from '../take-data.ts';
import type { RowEvent, RowSource } from './chain-rows.ts';

/** A row of a refined stream's source, and the lines of its events, by ordinal. */
export interface MadeSource extends Omit<RowEvent, 'payload'> {
  readonly lines: readonly string[];
}

export interface MadeEvents {
  readonly sources: readonly MadeSource[];
  /** By source offset, why none of its events may become a row: a source is taken whole or not at all. */
  readonly refused: ReadonlyMap<number, string>;
}

/** Refines rows of the source as its records would be, and judges the events by today's contract. Never throws. */
export function madeEvents(refinement: Refinement, rows: readonly RowEvent[]): MadeEvents {
  const sources: MadeSource[] = [];
  const refused = new Map<number, string>();
  for (const row of rows) {
    const lines = linesOf(refinement, row);
    if (typeof lines === 'string') refused.set(row.offset, lines);
    else sources.push({ offset: row.offset, timestampMs: row.timestampMs, lines });
  }
  return { sources, refused };
}

/** The lines of a source's events, or why they may not become rows. */
function linesOf(refinement: Refinement, { payload, timestampMs }: RowEvent): readonly string[] | string {
  const { from, to } = refinement;
  const source = toolsOf(from).reader.read(payload, timestampMs);
  if ('reason' in source) return `${from.name} refuses its row: ${rejectionText(source)}`;
  const lines: string[] = [];
  try {
    for (const [ordinal, { value }] of refinedEvents(refinement, { event: source.event, bytes: payload }).entries()) {
      const reading = toolsOf(to).reader.read(value, timestampMs);
      if ('reason' in reading) return `${to.name} refuses its event ${ordinal}: ${rejectionText(reading)}`;
      lines.push(reading.line);
    }
  } catch (cause) {
    // Only the kind: a message may quote the event.
    return `the refinement to ${to.name} threw ${kindOfThrown(cause)}`;
  }
  return lines;
}

const rejectionText = ({ reason, path, detail }: Rejection) =>
  `${reason}${path === '' ? '' : ` at ${path}`}: ${detail}`;

/**
 * Keeps those sources of which the rows that are there already may be some of the events: events that the refiner has
 * made before stay as they are.
 */
export function withoutConflicts(
  { to }: Refinement,
  { sources, refused }: MadeEvents,
  rows: readonly RowSource[],
): MadeEvents {
  const greatest = new Map<number, number>();
  for (const { offset, ordinal } of rows) greatest.set(offset, Math.max(ordinal, greatest.get(offset) ?? 0));
  const isConflict = ({ offset, lines }: MadeSource) => (greatest.get(offset) ?? -1) >= lines.length;
  const conflicts = sources.filter(isConflict).map(({ offset, lines }): [number, string] => {
    const there = rows.filter((row) => row.offset === offset).length;
    const found = `${there} ${there === 1 ? 'row' : 'rows'} of it, up to event ${greatest.get(offset)}`;
    return [offset, `it makes ${lines.length} events of ${to.name}, which has ${found}: expected no fewer events`];
  });
  return {
    sources: sources.filter((source) => !isConflict(source)),
    refused: new Map([...refused, ...conflicts]),
  };
}

/** A line's number to the offset of its source. */
export interface NumberedLines {
  readonly lines: Lines;
  readonly sourceOf: (line: number) => number;
}

/**
 * The lines of the events that have no row yet. They have no offset, so their lines are numbered from 0 in its place.
 */
export function missingLines(sources: readonly MadeSource[], rows: readonly RowSource[]): NumberedLines {
  const nameOf = ({ offset, ordinal }: RowSource) => `${offset}.${ordinal}`;
  const found = new Set(rows.map(nameOf));
  const buffer = lineBuffer(sources.reduce((sum, { lines }) => sum + lines.join('').length, 0));
  const sourceOffsets: number[] = [];
  for (const { offset, timestampMs, lines } of sources) {
    for (const [ordinal, line] of lines.entries()) {
      if (found.has(nameOf({ offset, ordinal }))) continue;
      const position = `{"$o":null,"$t":${effectiveTimestampMs(timestampMs)},"$s":${offset},"$n":${ordinal}`;
      buffer.append(sourceOffsets.length, position, line);
      sourceOffsets.push(offset);
    }
  }
  return { lines: buffer.lines(), sourceOf: (line) => sourceOffsets[line] ?? -1 };
}
