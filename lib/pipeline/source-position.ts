import type { Header } from './ports.ts';

/**
 * Where a refined record comes from: the position of its source's record, and which of that record's refined events it
 * is. It travels in four headers, as decimal text; the kafka partition is the refined record's own.
 */
export interface SourcePosition {
  /** Of the source's topic. */
  readonly incarnation: number;
  readonly offset: number;
  /** Counts from 0 within the source's record, and in each refined stream by itself. */
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

/** The position in a record's headers; null where one of them is missing, repeated or no such number. */
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

/** The greatest source position that a chain has taken in: what is not above it is a repetition. */
export interface HighWater extends Pick<SourcePosition, 'incarnation' | 'offset' | 'ordinal'> {
  /** The newest of the sources' Kafka timestamps: a repetition is not newer. */
  readonly newestTimestampMs: number;
}

function isAbove(position: SourcePosition, mark: HighWater): boolean {
  if (position.incarnation !== mark.incarnation) return position.incarnation > mark.incarnation;
  if (position.offset !== mark.offset) return position.offset > mark.offset;
  return position.ordinal > mark.ordinal;
}

/**
 * Those of a chain's fresh records that are no repetition, and the high-water behind them. A repetition is no row and no
 * dead letter: the first of its kind was one of them. Records without a source position are kept, and raise nothing.
 * `newer` is the first that is not above, but newer than all before it: it is no repetition, its source was created again.
 * @param records in the order of offsets.
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
    highWater = { incarnation, offset, ordinal, newestTimestampMs };
    return true;
  });
  return { kept, highWater, newer };
}
