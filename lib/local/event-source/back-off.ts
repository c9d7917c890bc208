export interface BackOff {
  /** After the first failure. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/** How long to wait after the `failures`-th failure in a row: doubling up to the most, then half of it at random. */
export function backOffMs({ firstMs, maxMs }: BackOff, failures: number, random: () => number): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(fullMs * (0.5 + random() / 2));
}
