/** Inclusive `[first, last]` offsets. */
export type OffsetRange = readonly [first: number, last: number];

/** Disjoint, ascending, never touching: `[[0, 4], [9, 9]]`. */
export type OffsetRanges = readonly OffsetRange[];

/** Returns the ranges that contain exactly these ascending offsets. */
export function rangesOf(offsets: Iterable<number>): OffsetRanges {
  const ranges: [number, number][] = [];
  for (const offset of offsets) {
    const last = ranges.at(-1);
    if (last !== undefined && offset <= last[1] + 1) last[1] = Math.max(last[1], offset);
    else ranges.push([offset, offset]);
  }
  return ranges;
}

export function union(left: OffsetRanges, right: OffsetRanges): OffsetRanges {
  const merged: [number, number][] = [];
  for (const [first, last] of [...left, ...right].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** Whether `offset` lies in one of the ranges; logarithmic in their number. */
export function includes(ranges: OffsetRanges, offset: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] as OffsetRange;
    if (offset < first) high = middle - 1;
    else if (offset > last) low = middle + 1;
    else return true;
  }
  return false;
}

/** The offsets of `ranges`, ascending. */
export function* offsetsIn(ranges: OffsetRanges): Generator<number> {
  for (const [first, last] of ranges) {
    for (let offset = first; offset <= last; offset++) yield offset;
  }
}

/** The largest offset, or −1 for none. */
export function lastOffset(ranges: OffsetRanges): number {
  return ranges.at(-1)?.[1] ?? -1;
}

/** Whether an offset is greater than all offsets in the ranges. */
export function isBehind(ranges: OffsetRanges, offset: number | undefined): boolean {
  return offset !== undefined && offset > lastOffset(ranges);
}

/**
 * The records, ascending, whose offsets are in none of the ranges. A batch after all ranges, the usual case, costs
 * nothing.
 */
export function notCovered<R extends { readonly offset: number }>(
  covered: OffsetRanges,
  records: readonly R[],
): readonly R[] {
  return isBehind(covered, records[0]?.offset) ? records : records.filter(({ offset }) => !includes(covered, offset));
}

/** The part of `ranges` outside `taken`; linear in the number of both, as scattered rejections make many. */
export function subtract(ranges: OffsetRanges, taken: OffsetRanges): OffsetRanges {
  const left: OffsetRange[] = [];
  let firstTaken = 0;
  for (const [first, last] of ranges) {
    let from = first;
    while (firstTaken < taken.length && (taken[firstTaken] as OffsetRange)[1] < first) firstTaken++;
    for (let index = firstTaken; index < taken.length; index++) {
      const [takenFirst, takenLast] = taken[index] as OffsetRange;
      if (takenFirst > last) break;
      if (takenFirst > from) left.push([from, takenFirst - 1]);
      from = takenLast + 1;
    }
    if (from <= last) left.push([from, last]);
  }
  return left;
}

/** Returns the part of `ranges` that is also in `others`. */
export function intersect(ranges: OffsetRanges, others: OffsetRanges): OffsetRanges {
  return subtract(ranges, subtract(ranges, others));
}

/** The number of offsets in the ranges. */
export function countOffsets(ranges: OffsetRanges): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
