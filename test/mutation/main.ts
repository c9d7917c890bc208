import { mkdirSync } from 'node:fs';
import { acquireWriterLock } from '../../lib/adapters/embedded/writer-lock.ts';
import { equivalentOf, outdated, readEquivalents } from './equivalent.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { type MutationOptions, readOptions, USAGE } from './options.ts';
import { keptResults, type Result } from './results.ts';
import { sampled } from './sample.ts';
import { report } from './score-report.ts';
import { tryMutants } from './try-mutants.ts';
import { CACHE, hashOfTree, mutatedFiles, sourceOf } from './workspace.ts';

const SAY_EVERY = 50;
const say = (line: string) => console.log(line);
const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  console.error(`expected: ${USAGE}`);
  process.exit(2);
}
mkdirSync(CACHE, { recursive: true });
const lock = await acquireWriterLock(CACHE, `the results of mutation tests in ${CACHE}`);
try {
  await mutation(options);
} finally {
  lock.release();
}

/** Tries the mutants that are asked for and not known yet, and reports on all that were asked for. */
async function mutation({ fresh, jobs, minutes, budgetSeconds, tests, ...which }: MutationOptions): Promise<void> {
  const untilMs = Date.now() + minutes * 60_000;
  const all = mutatedFiles().flatMap((file) => mutantsOf(file, sourceOf(file)));
  const chosen = sampled(all, which);
  const tree = `${hashOfTree()} ${tests}`;
  const kept = keptResults({ fresh, tree });
  const results = setAside(all, chosen, tree);
  const open: Mutant[] = [];
  for (const mutant of chosen.filter((one) => !results.some((result) => result.mutant === one))) {
    const known = kept.byId.get(mutant.id);
    if (known === undefined) open.push(mutant);
    else results.push({ ...known, mutant });
  }
  say(`${chosen.length} of ${all.length} mutants: ${results.length} known or set aside, ${open.length} to be tried`);
  await tryMutants(open, {
    jobs,
    tests,
    untilMs,
    budgetMs: budgetSeconds * 1_000,
    say,
    settle: (mutant, outcome) => {
      const result = { mutant, tree, ...outcome };
      results.push(result);
      kept.keep(result);
      if (results.length % SAY_EVERY === 0) say(`${results.length} of ${chosen.length}`);
    },
  });
  for (const line of report(results)) say(line);
  if (results.length < chosen.length) say(`${chosen.length - results.length} still to be tried: run it again`);
}

function setAside(all: readonly Mutant[], chosen: readonly Mutant[], tree: string): Result[] {
  const equivalents = readEquivalents();
  for (const { file, before } of outdated(equivalents, all))
    say(`set aside, but no mutant any more: ${file}: ${before}`);
  return chosen.flatMap((mutant) => {
    const known = equivalentOf(mutant, equivalents);
    return known === undefined ? [] : [{ mutant, status: 'equivalent' as const, tree }];
  });
}
