import { isUtf8 } from 'node:buffer';
import { type DeliveredRecord, ingestedAtMs } from './batch.ts';
import { type DecodedRecords, decodeRecords, forEachText, positionOf } from './decoded-records.ts';
import { lineBuffer } from './line-buffer.ts';
import type { Lines } from './lines.ts';
import type { Rejection } from './outcome.ts';
import type { RecordReader } from './reading.ts';
import type { Shapes } from './shapes.ts';

export interface Judgement {
  readonly lines: Lines;
  /** False if every line is its record's own text, with only the contract's fields. */
  readonly mayHaveExtras: boolean;
  readonly rejected: ReadonlyMap<number, Rejection>;
  /** Releases the lines' memory once it is no longer needed. */
  readonly release: () => void;
}

/** How one contract's records are judged: the shape expression first, which only accepts, then the authority. */
export interface Judge {
  readonly reader: RecordReader;
  readonly shapes: Shapes;
  /** A refined stream's record must name its source position. */
  readonly isRefined: boolean;
}

const MISSING_SOURCE: Rejection = {
  reason: 'missing_header',
  path: '',
  detail: 'expected the headers that say which record of the source this one is refined from',
};

/** Returns why a refined stream's record is rejected before it is read; undefined if it may be an event. */
export function refusalByHeaders({ source, refinementError }: DeliveredRecord): Rejection | undefined {
  if (source === undefined) return MISSING_SOURCE;
  if (refinementError === undefined) return undefined;
  const detail = `the refinement’s code threw ${refinementError}; the payload is that of its source’s record`;
  return { reason: 'rule', path: '', detail };
}

/**
 * Turns every record of one hour into a line or a rejection.
 * @param day the hour's UTC day, `2026-01-31`: event times up to its end are within 24 hours of every record.
 */
export function judge(judges: Judge, records: readonly DeliveredRecord[], day: string): Judgement {
  const refused = new Map<number, Rejection>();
  for (const record of judges.isRefined ? records : []) {
    const refusal = refusalByHeaders(record);
    if (refusal !== undefined) refused.set(record.offset, refusal);
  }
  if (refused.size === 0) return judgeAll(judges, records, day);
  const judged = judgeAll(
    judges,
    records.filter(({ offset }) => !refused.has(offset)),
    day,
  );
  return { ...judged, rejected: new Map([...judged.rejected, ...refused]) };
}

function judgeAll({ reader, shapes }: Judge, records: readonly DeliveredRecord[], day: string): Judgement {
  const decoded = decodeRecords(records);
  const matched = matchShapes(shapes, decoded, day);
  if (!matched.includes(0)) {
    return { lines: decoded.lines(), mayHaveExtras: false, rejected: new Map(), release: decoded.release };
  }
  const rejected = new Map<number, Rejection>();
  const buffer = lineBuffer(decoded.bytes.length);
  for (const [index, record] of records.entries()) {
    if (matched[index] === 1) {
      buffer.copy(record.offset, decoded.line(index));
      continue;
    }
    const text = decoded.text(index);
    const reading = reader.read(text, ingestedAtMs(record));
    if ('reason' in reading) {
      rejected.set(record.offset, reading);
    } else {
      buffer.append(record.offset, positionOf(record), reading.line);
      shapes.learn(Buffer.from(text ?? []).toString('latin1'));
    }
  }
  decoded.release();
  return { lines: buffer.lines(), mayHaveExtras: true, rejected, release: () => undefined };
}

/** 1 for each record that a shape accepts. UTF-8 is checked once: one invalid record leaves all to the reader. */
function matchShapes(shapes: Shapes, decoded: DecodedRecords, day: string): Uint8Array {
  const matched = new Uint8Array(decoded.textStarts.length);
  if (!isUtf8(decoded.bytes)) return matched;
  forEachText(decoded, (index, text, start, end) => {
    if (shapes.endOfMatch(text, start, day) !== end) return;
    decoded.splice(index);
    matched[index] = 1;
  });
  return matched;
}
