import { coverage } from './coverage.ts';
import { mutantWorker } from './mutant-workers.ts';
import type { Mutant } from './mutants.ts';
import { planMutant } from './plan.ts';
import { probed, type Region, regionOf } from './probes.ts';
import type { Outcome } from './results.ts';
import { sourceOf } from './workspace.ts';

interface TryOptions {
  readonly jobs: number;
  readonly budgetMs: number;
  /** What the paths of the test files begin with; none: all. */
  readonly tests: readonly string[];
  /** Starts nothing after that. */
  readonly untilMs: number;
  readonly say: (line: string) => void;
  readonly settle: (mutant: Mutant, outcome: Outcome) => void;
}

/** Tries mutants on the tests that reach them, several at a time, until all are settled or the time is over. */
export async function tryMutants(
  mutants: readonly Mutant[],
  { jobs, budgetMs, ...options }: TryOptions,
): Promise<void> {
  const { untilMs, tests, say, settle } = options;
  if (mutants.length === 0) return;
  const testsOf = await coverage({ workers: jobs, tests, untilMs, say });
  if (testsOf === undefined) return;
  const regionsOf = keptRegions();
  const open = [...mutants];

  const tryInTurn = async (index: number) => {
    const worker = mutantWorker(index);
    const attempt = async (mutant: Mutant): Promise<Outcome> => {
      const covering = testsOf(regionOf(regionsOf(mutant.file), mutant).id);
      if (covering.length === 0) return { status: 'unreached' };
      return worker.attempt({ mutant, plan: planMutant(mutant.file, covering, budgetMs) });
    };
    try {
      while (open.length > 0 && Date.now() < untilMs) {
        const mutant = open.shift();
        if (mutant !== undefined) settle(mutant, await attempt(mutant));
      }
    } finally {
      await worker.stop();
    }
  };
  await Promise.all(Array.from({ length: jobs }, (_, index) => tryInTurn(index)));
}

function keptRegions(): (file: string) => readonly Region[] {
  const kept = new Map<string, readonly Region[]>();
  return (file) => {
    const regions = kept.get(file) ?? probed(file, sourceOf(file)).regions;
    kept.set(file, regions);
    return regions;
  };
}
