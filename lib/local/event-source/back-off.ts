export interface BackOff {
  /** The delay after the first failure. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The delay after the `failures`-th consecutive failure: doubles up to the maximum; half of it is random. */
export function backOffMs({ firstMs, maxMs }: BackOff, failures: number, random: () => number): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(fullMs * (0.5 + random() / 2));
}
