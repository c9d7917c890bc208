import { median } from './printed.ts';

interface Rounds<Mode extends string, Result> {
  readonly modes: readonly Mode[];
  readonly rounds: number;
  readonly measure: (mode: Mode) => Promise<Result>;
  /** What is printed of a result: `2.31 CPU s`. */
  readonly line: (result: Result) => string;
}

/** The results of each mode, and the median of a figure of them. */
export interface RoundResults<Mode extends string, Result> {
  median(mode: Mode, pick: (result: Result) => number): number;
}

/** Measures the modes in turn, round by round: whatever else the machine does then affects all of them alike. */
export async function interleaved<Mode extends string, Result>({
  modes,
  rounds,
  measure,
  line,
}: Rounds<Mode, Result>): Promise<RoundResults<Mode, Result>> {
  const results = new Map<Mode, Result[]>(modes.map((mode) => [mode, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const mode of modes) {
      const result = await measure(mode);
      results.get(mode)?.push(result);
      process.stdout.write(`round ${round} of ${rounds}, ${mode}: ${line(result)}\n`);
    }
  }
  return { median: (mode, pick) => median((results.get(mode) ?? []).map(pick)) };
}
