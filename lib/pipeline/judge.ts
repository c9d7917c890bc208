import { isUtf8 } from 'node:buffer';
import { type DeliveredRecord, ingestedAtMs } from './batch.ts';
import { lineBuffer } from './line-buffer.ts';
import type { Lines } from './lines.ts';
import type { Rejection } from './outcome.ts';
import type { RecordReader } from './reading.ts';
import type { Shapes } from './shapes.ts';

export interface Judgement {
  readonly lines: Lines;
  readonly rejected: ReadonlyMap<number, Rejection>;
}

/** How one contract's records are judged: the shape expression first, which only accepts, then the authority. */
export interface Judge {
  readonly reader: RecordReader;
  readonly shapes: Shapes;
  /** A refined stream's record must say where it comes from. */
  readonly isRefined: boolean;
}

const MISSING_SOURCE: Rejection = {
  reason: 'missing_header',
  path: '',
  detail: 'expected the headers that say which record of the source this one is refined from',
};

/** Room for the position that is spliced in front of each line. */
const POSITION_BYTES = 48;

/**
 * Every record of one hour becomes a line or a rejection.
 * @param day the hour's UTC day, `2026-01-31`: event times up to its end are within 24 hours of every record.
 */
export function judge(judges: Judge, records: readonly DeliveredRecord[], day: string): Judgement {
  const quick = judgeWith({ ...judges, accepts: (text) => judges.shapes.accepts(text, day) }, records);
  // UTF-8 is checked once for all; only a batch that fails is judged again, without the short cut.
  if (isUtf8(quick.lines.bytes)) return quick;
  return judgeWith({ ...judges, accepts: () => false }, records);
}

function judgeWith(
  { reader, shapes, isRefined, accepts }: Judge & { readonly accepts: (latin1Text: string) => boolean },
  records: readonly DeliveredRecord[],
): Judgement {
  const buffer = lineBuffer(records.reduce((bytes, { value }) => bytes + (value?.length ?? 0) + POSITION_BYTES, 0));
  const rejected = new Map<number, Rejection>();
  for (const record of records) {
    const { offset, value } = record;
    const timestampMs = ingestedAtMs(record);
    if (isRefined && record.source === null) {
      rejected.set(offset, MISSING_SOURCE);
      continue;
    }
    const position = `{"$o":${offset},"$t":${timestampMs}`;
    if (value !== null && buffer.appendIf(offset, position, value, accepts)) continue;
    const bytes = value === null ? null : Buffer.from(value, 'base64');
    const reading = reader.read(bytes, timestampMs);
    if ('reason' in reading) {
      rejected.set(offset, reading);
    } else {
      buffer.append(offset, position, reading.line);
      if (bytes !== null) shapes.learn(bytes.toString('latin1'));
    }
  }
  return { lines: buffer.lines(), rejected };
}
