import { join } from 'node:path';
import { applied, type Mutant } from './mutants.ts';
import type { MutantPlan } from './plan.ts';
import type { Outcome } from './results.ts';
import { vitestRuns } from './vitest-runs.ts';
import { CACHE, childEnvironment, sourceOf, writeFiles } from './workspace.ts';

export interface Task {
  readonly mutant: Mutant;
  readonly plan: MutantPlan;
}

// Forked by `mutant-workers.ts`: tries one mutant after the other, in vitest workers of its own.
const filesDir = join(CACHE, `mutated-${process.pid}`);
let mutated: { readonly file: string; readonly source: string } | undefined;
const runs = await vitestRuns({
  sourceOf: (file) => (file === mutated?.file ? mutated.source : undefined),
  isolate: false,
  workers: 1,
  childEnvironment: childEnvironment(filesDir),
  hitsDir: '',
});

async function attempt({ mutant, plan }: Task): Promise<Outcome> {
  const previous = mutated?.file;
  mutated = { file: mutant.file, source: applied(mutant, sourceOf(mutant.file)) };
  for (const file of new Set([previous ?? mutant.file, mutant.file])) runs.invalidate(file);
  writeFiles(filesDir, new Map([[mutant.file, mutated.source]]));
  const failed = await runs.run(plan.chosen, { bail: true, testTimeoutMs: plan.testTimeoutMs });
  const [killedBy] = failed;
  return killedBy === undefined ? { status: 'survived' } : { status: 'killed', killedBy };
}

process.on('message', (task: Task) => {
  void attempt(task).then((outcome) => process.send?.(outcome));
});
// Whoever has forked it is gone: nothing that its tests have started may stay.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
process.send?.('ready');
