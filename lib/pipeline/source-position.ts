import { includes, type OffsetRanges } from './offset-ranges.ts';
import type { Header } from './ports.ts';

/**
 * The origin of a refined record: the position of its source's record, and which of that record's refined events it is.
 * It travels in four headers, as decimal text; the kafka partition is the refined record's own.
 */
export interface SourcePosition {
  /** The incarnation of the source's topic. */
  readonly incarnation: number;
  readonly offset: number;
  /** Counts from 0 within the source's record, separately for each refined stream. */
  readonly ordinal: number;
  /** Kafka timestamp of the source's record, milliseconds: a refined row belongs to its source's hour. */
  readonly timestampMs: number;
}

const HEADERS = {
  incarnation: 'weir-source-incarnation',
  offset: 'weir-source-offset',
  ordinal: 'weir-source-ordinal',
  timestampMs: 'weir-source-timestamp',
} as const satisfies Record<keyof SourcePosition, string>;

/** Exact in a double; only a timestamp may be negative (−1 is Kafka's "none"). */
const WHOLE = /^\d{1,15}$/;
const TIMESTAMP = /^-?\d{1,15}$/;

export function sourceHeaders(position: SourcePosition): readonly Header[] {
  return (Object.keys(HEADERS) as (keyof SourcePosition)[]).map((part) => ({
    name: HEADERS[part],
    value: Buffer.from(String(position[part])),
  }));
}

/** Returns the position in a record's headers; null if one of them is missing, repeated or not such a number. */
export function sourcePosition(headers: readonly Header[]): SourcePosition | null {
  const number = (part: keyof SourcePosition): number => {
    const [only, ...others] = headers.filter(({ name }) => name === HEADERS[part]);
    const text = only === undefined || others.length > 0 ? '' : Buffer.from(only.value).toString('latin1');
    return (part === 'timestampMs' ? TIMESTAMP : WHOLE).test(text) ? Number(text) : Number.NaN;
  };
  const found: SourcePosition = {
    incarnation: number('incarnation'),
    offset: number('offset'),
    ordinal: number('ordinal'),
    timestampMs: number('timestampMs'),
  };
  return Object.values(found).some(Number.isNaN) ? null : found;
}

/** The greatest source position that a chain has covered: a record at or below it is a repetition. */
export interface HighWater extends Pick<SourcePosition, 'incarnation' | 'offset' | 'ordinal'> {
  /** The newest Kafka timestamp of the sources: a repetition is not newer. */
  readonly newestTimestampMs: number;
  /** Present if the sources were of several incarnations: rows do not say of which one theirs was. */
  readonly isMixed?: true;
}

function isAbove(position: SourcePosition, mark: HighWater): boolean {
  if (position.incarnation !== mark.incarnation) return position.incarnation > mark.incarnation;
  if (position.offset !== mark.offset) return position.offset > mark.offset;
  return position.ordinal > mark.ordinal;
}

/**
 * Returns those of a chain's fresh records that are not repetitions, and the high-water after them. A repetition
 * becomes neither a row nor a dead letter, because its first occurrence did. Records without a source position are
 * kept, and do not raise the high-water. `newer` is the first record that is not above the high-water but newer than
 * all before it: it is not a repetition; its source was created again.
 * @param records ordered by offset.
 */
export function aboveHighWater<R extends { readonly source?: SourcePosition | undefined }>(
  records: readonly R[],
  before: HighWater | null,
): { readonly kept: readonly R[]; readonly highWater: HighWater | null; readonly newer: SourcePosition | null } {
  if (records.every(({ source }) => source === undefined)) return { kept: records, highWater: before, newer: null };
  let highWater = before;
  let newer: SourcePosition | null = null;
  const kept = records.filter(({ source }) => {
    if (source === undefined) return true;
    const { incarnation, offset, ordinal, timestampMs } = source;
    if (highWater !== null && !isAbove(source, highWater)) {
      if (timestampMs > highWater.newestTimestampMs) newer ??= source;
      return false;
    }
    const newestTimestampMs = Math.max(timestampMs, highWater?.newestTimestampMs ?? timestampMs);
    const isMixed = highWater !== null && (highWater.isMixed === true || highWater.incarnation !== incarnation);
    highWater = { incarnation, offset, ordinal, newestTimestampMs, ...(isMixed && { isMixed }) };
    return true;
  });
  return { kept, highWater, newer };
}

/** Records of a refined stream's source whose events were made from the lake, all of them. */
export interface MadeSources {
  /** The incarnation of the source's topic: a chain has made sources of one only. */
  readonly incarnation: number;
  readonly offsets: OffsetRanges;
}

/**
 * The records that are not events of such sources. After a replay, an event of the original record may still arrive: it
 * becomes neither a row nor a dead letter.
 */
export function withoutMade<R extends { readonly source?: SourcePosition | undefined }>(
  records: readonly R[],
  made: MadeSources | null,
): readonly R[] {
  if (made === null) return records;
  return records.filter(
    ({ source }) =>
      source === undefined || source.incarnation !== made.incarnation || !includes(made.offsets, source.offset),
  );
}
