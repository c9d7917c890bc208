import type { ShownMetric } from './overview.ts';

export type Series = NonNullable<ShownMetric['series']>;

/** A chart with fewer windows looks like a fault, not like a start. */
const MIN_WINDOWS = 10;

/** The series without the windows before the first value, for a pipeline that has just started. */
export function fromFirstValue({ starts, lines }: Series): Series {
  const firsts = lines.map(({ points }) => points.findIndex((point) => point !== null)).filter((index) => index >= 0);
  const from = Math.max(0, Math.min(...firsts, starts.length - MIN_WINDOWS));
  return {
    starts: starts.slice(from),
    lines: lines.map(({ group, points }) => ({ group, points: points.slice(from) })),
  };
}

/** The indices of values between two gaps, which a line chart does not show. */
export function lonePoints(points: ArrayLike<number | null | undefined>): number[] {
  const isThere = (index: number) => (points[index] ?? null) !== null;
  return Array.from({ length: points.length }, (_, index) => index).filter(
    (index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1),
  );
}
