import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const USAGE = `npm run mutation -- [--sample 400] [--seed 1] [--files lib/local,lib/pipeline/sink.ts]
                      [--tests test/local] [--minutes 8] [--budget 60] [--jobs 2] [--fresh]`;

export interface MutationOptions {
  /** How many mutants, chosen by the seed; Infinity for all. */
  readonly sample: number;
  readonly seed: string;
  /** Only files whose paths begin like one of these; none: all. */
  readonly files: readonly string[];
  /** Only test files whose paths begin like one of these; none: all. */
  readonly tests: readonly string[];
  /** Starts no mutant after that; the next run goes on from there. */
  readonly minutes: number;
  /** Seconds of tests that one mutant meets at most, by what they take without it. */
  readonly budgetSeconds: number;
  readonly jobs: number;
  /** Forgets what earlier runs have found out. */
  readonly fresh: boolean;
}

/** The options of the command line; undefined where they are none. */
export function readOptions(args: readonly string[]): MutationOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sample: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
      files: { type: 'string', default: '' },
      tests: { type: 'string', default: '' },
      minutes: { type: 'string', default: 'Infinity' },
      budget: { type: 'string', default: '60' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      fresh: { type: 'boolean', default: false },
    },
  });
  const { seed, fresh } = values;
  const numbers = [values.sample, values.minutes, values.budget, values.jobs].map(Number);
  const [sample = 0, minutes = 0, budgetSeconds = 0, jobs = 0] = numbers;
  if (!numbers.every((number) => number > 0) || !Number.isInteger(jobs)) return undefined;
  const [files, tests] = [listOf(values.files), listOf(values.tests)];
  return { sample, seed, files, tests, minutes, budgetSeconds, jobs, fresh };
}

const listOf = (text: string) => text.split(',').filter((one) => one !== '');
