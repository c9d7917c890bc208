import { join, resolve } from 'node:path';
import type { Reporter, TestSpecification, Vitest } from 'vitest/node';
import { createVitest, type Vite } from 'vitest/node';
import config from '../../vitest.config.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface VitestRunsOptions {
  /** Another source for a file of `lib/`, by its path within the checkout; undefined leaves it as it is. */
  readonly sourceOf: (file: string) => string | undefined;
  readonly isolate: boolean;
  readonly workers: number;
  readonly childEnvironment: Readonly<Record<string, string>>;
  readonly hitsDir: string;
}

/** Tests of one file, by the ids that vitest gives them; all of the file without. */
export interface ChosenTests {
  readonly file: string;
  readonly ids?: readonly string[];
}

export interface VitestRuns {
  /** Every test file of `npm test` but those that are named. */
  files(without: readonly string[]): Promise<readonly string[]>;
  /** Runs these in their order on the sources as they are now. @returns what failed: tests, or files that could not be loaded. */
  run(chosen: readonly ChosenTests[], options: RunOptions): Promise<readonly string[]>;
  /** The next run asks for this file's source again. */
  invalidate(file: string): void;
  close(): Promise<void>;
}

interface RunOptions {
  /** Ends at the first failure. */
  readonly bail: boolean;
  readonly testTimeoutMs: number;
}

/** The `unit` project in one warm process, with a plugin in front of the sources. */
export async function vitestRuns(options: VitestRunsOptions): Promise<VitestRuns> {
  const heard = { failed: [] as string[] };
  const vitest = await started(options, failuresTo(heard));
  const project = vitest.projects[0];
  if (project === undefined) throw new Error('expected the project unit, found none');
  return {
    async files(without) {
      const { testFiles } = await project.globTestFiles();
      return testFiles.filter((file) => !without.some((folder) => file.startsWith(join(ROOT, folder)))).sort();
    },
    async run(chosen, { bail, testTimeoutMs }) {
      vitest.config.bail = bail ? 1 : 0;
      for (const one of [vitest.config, project.config]) {
        one.bail = bail ? 1 : 0;
        one.testTimeout = testTimeoutMs;
        one.hookTimeout = testTimeoutMs;
      }
      const specifications = chosen.map(({ file, ids }) =>
        project.createSpecification(file, ids === undefined ? undefined : { testIds: [...ids] }),
      );
      heard.failed = [];
      vitest.state.clearErrors();
      await vitest.runTestSpecifications(specifications);
      return heard.failed;
    },
    invalidate: (file) => vitest.invalidateFile(join(ROOT, file)),
    close: () => vitest.close(),
  };
}

async function started(options: VitestRunsOptions, reporter: Reporter): Promise<Vitest> {
  const { isolate, workers, childEnvironment, hitsDir } = options;
  const vitest = await createVitest(
    'test',
    {
      ...unitProject(),
      root: ROOT,
      config: false,
      watch: false,
      isolate,
      maxWorkers: workers,
      reporters: [reporter],
      setupFiles: [join(import.meta.dirname, 'setup.ts')],
      provide: { childEnvironment, hitsDir },
      sequence: { sequencer: InOrder },
    },
    { plugins: [otherSources(options)], logLevel: 'error' },
  );
  await vitest.standalone();
  return vitest;
}

/** A project of `vitest.config.ts` takes no set-up file from here, so that its options are taken instead. */
function unitProject() {
  const unit = (config.test?.projects ?? []).find(
    (project) => typeof project === 'object' && 'test' in project && project.test?.name === 'unit',
  );
  if (typeof unit !== 'object' || !('test' in unit))
    throw new Error('vitest.config.ts: expected a project unit, found none');
  return unit.test;
}

/** As they are given: the likeliest to fail come first. */
class InOrder {
  readonly shard = async (files: TestSpecification[]) => files;
  readonly sort = async (files: TestSpecification[]) => files;
}

function otherSources({ sourceOf }: VitestRunsOptions): Vite.Plugin {
  return {
    name: 'weir-mutation',
    enforce: 'pre',
    load(id) {
      const path = id.split('?')[0] ?? id;
      return path.startsWith(`${ROOT}/lib/`) ? sourceOf(path.slice(ROOT.length + 1)) : undefined;
    },
  };
}

/** Only of the run that is under way: vitest's own results keep those of files that it did not come to. */
function failuresTo(heard: { failed: string[] }): Reporter {
  return {
    onTestCaseResult(test) {
      const { state, errors } = test.result();
      if (state === 'failed') heard.failed.push(`${test.fullName}: ${messageOf(errors[0])}`);
    },
    onTestModuleEnd(file) {
      const [error] = file.errors();
      if (error !== undefined) heard.failed.push(`${file.relativeModuleId}: ${messageOf(error)}`);
    },
    onTestSuiteResult(suite) {
      const [error] = suite.errors();
      if (error !== undefined) heard.failed.push(`${suite.fullName}: ${messageOf(error)}`);
    },
    onTestRunEnd(_, unhandled) {
      heard.failed.push(...unhandled.map((error) => `an unhandled error: ${messageOf(error)}`));
    },
  };
}

const MAX_MESSAGE = 300;

function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return message.replaceAll(/\s+/g, ' ').slice(0, MAX_MESSAGE);
}
