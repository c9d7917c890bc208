/** Newline-framed JSON, one line per row, ordered by offset: what the encoder turns into a Parquet object. */
export interface Lines {
  readonly bytes: Uint8Array;
  /** Where each line begins in `bytes`. */
  readonly starts: Int32Array;
  /** The offset of each line's record. */
  readonly offsets: readonly number[];
}

export function longestLineBytes({ bytes, starts }: Lines): number {
  return starts.reduce((longest, start, index) => Math.max(longest, (starts[index + 1] ?? bytes.length) - start), 0);
}

/** Lines `from` up to, not including, `to`. */
export function sliceOfLines({ bytes, starts, offsets }: Lines, from: number, to: number): Lines {
  const begin = starts[from] ?? bytes.length;
  const end = starts[to] ?? bytes.length;
  return {
    bytes: bytes.subarray(begin, end),
    starts: starts.slice(from, to).map((start) => start - begin),
    offsets: offsets.slice(from, to),
  };
}

export function withoutLines(lines: Lines, unwanted: ReadonlySet<number>): Lines {
  const kept = lines.offsets.flatMap((offset, index) => (unwanted.has(offset) ? [] : [index]));
  const slices = kept.map((index) => sliceOfLines(lines, index, index + 1));
  let begin = 0;
  const starts = slices.map(({ bytes }) => {
    begin += bytes.length;
    return begin - bytes.length;
  });
  return {
    bytes: Buffer.concat(slices.map(({ bytes }) => bytes)),
    starts: Int32Array.from(starts),
    offsets: kept.map((index) => lines.offsets[index] as number),
  };
}
