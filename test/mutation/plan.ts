import { basename } from 'node:path';
import type { CoveringTest } from './coverage.ts';
import type { ChosenTests } from './vitest-runs.ts';

/** Which tests a mutant meets, and how long they may take. */
export interface MutantPlan {
  readonly chosen: readonly ChosenTests[];
  readonly testTimeoutMs: number;
  /** Of all of them; what takes longer has met an endless loop. */
  readonly timeoutMs: number;
}

/** To start a worker and import a test file's modules. */
const FILE_MS = 1_000;
const MIN_TEST_TIMEOUT_MS = 5_000;
const MIN_TIMEOUT_MS = 20_000;
/** A machine that does other things too may need several times as long. */
const PATIENCE = 4;

/**
 * The tests that reach the mutant, those of the file's own name first, then the quickest, as many as the budget allows: of a
 * file that would take longer, its quickest tests. One is chosen in any case.
 */
export function planMutant(file: string, covering: readonly CoveringTest[], budgetMs: number): MutantPlan {
  const byFile = new Map<string, CoveringTest[]>();
  for (const test of covering) byFile.set(test.file, [...(byFile.get(test.file) ?? []), test]);
  const groups = [...byFile].map(([path, tests]) => ({ path, tests, costMs: costOf(file, path, tests) }));
  groups.sort((one, other) => one.costMs - other.costMs);
  const chosen: ChosenTests[] = [];
  let totalMs = 0;
  let longestMs = 0;
  for (const { path, tests } of groups) {
    const ids: string[] = [];
    for (const { id, ms } of tests.toSorted((one, other) => one.ms - other.ms)) {
      const more = ms + (ids.length === 0 ? FILE_MS : 0);
      if (totalMs + more > budgetMs && totalMs > 0) break;
      totalMs += more;
      longestMs = Math.max(longestMs, ms);
      ids.push(id);
    }
    if (ids.length > 0) chosen.push({ file: path, ids });
  }
  return {
    chosen,
    testTimeoutMs: MIN_TEST_TIMEOUT_MS + PATIENCE * longestMs,
    timeoutMs: MIN_TIMEOUT_MS + PATIENCE * totalMs,
  };
}

function costOf(file: string, path: string, tests: readonly CoveringTest[]): number {
  const isOwn = basename(path).startsWith(`${basename(file, '.ts')}.`);
  return isOwn ? 0 : tests.reduce((sum, { ms }) => sum + ms, 0);
}
