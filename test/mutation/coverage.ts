import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probed } from './probes.ts';
import { ROOT, vitestRuns } from './vitest-runs.ts';
import { CACHE, childEnvironment, hashOfFile, hashOfSources, mutatedFiles, sourceOf, writeFiles } from './workspace.ts';

/** What a test has reached, as the set-up file reports it. */
export interface TestHits {
  readonly id: string;
  readonly file: string;
  readonly ms: number;
  readonly hits: readonly string[];
  /** Reached by imports and hooks, by the file up to this test. */
  readonly outside: readonly string[];
}

export interface CoveringTest {
  readonly id: string;
  readonly file: string;
  readonly ms: number;
}

/** The tests that reach a region; those that reach a file by itself, its constants, are the ones that run its functions. */
export type Coverage = (region: string) => readonly CoveringTest[];

/** What is known of a test file, as long as neither it nor the sources change. */
interface FileCoverage {
  readonly hash: string;
  readonly tests: readonly TestHits[];
}

interface KeptCoverage {
  readonly sources: string;
  readonly files: Readonly<Record<string, FileCoverage>>;
}

const KEPT = join(CACHE, 'coverage.json');
const HITS_DIR = join(CACHE, 'hits');
const TEST_TIMEOUT_MS = 180_000;

/** These test neither pipeline nor local runtime nor embedded adapters. */
const WITHOUT = ['test/infra', 'test/cost', 'test/mutation'];

/** Files that start processes, which takes longest: last, so that a run that is stopped early has the others. */
const SLOW = 'test/bin/';
/** What a run that is stopped loses at most. */
const FILES_AT_ONCE = 6;

interface CoverageOptions {
  readonly workers: number;
  /** What the paths of the test files begin with; none: all. */
  readonly tests: readonly string[];
  /** Starts no tests after that. */
  readonly untilMs: number;
  readonly say: (line: string) => void;
}

/**
 * Runs the tests whose reach is not known yet.
 * @returns which tests reach which regions; undefined when the time was over before all was known.
 */
export async function coverage({ workers, tests, untilMs, say }: CoverageOptions): Promise<Coverage | undefined> {
  const probes = new Map(mutatedFiles().map((file) => [file, probed(file, sourceOf(file)).source]));
  writeFiles(join(CACHE, 'probed'), probes);
  rmSync(HITS_DIR, { recursive: true, force: true });
  mkdirSync(HITS_DIR, { recursive: true });
  const runs = await vitestRuns({
    sourceOf: (file) => probes.get(file),
    isolate: true,
    workers,
    childEnvironment: childEnvironment(join(CACHE, 'probed')),
    hitsDir: HITS_DIR,
  });
  try {
    const all = (await runs.files(WITHOUT)).filter((file) => isAmong(file, tests));
    const hashes = new Map(all.map((file) => [file, hashOfFile(file)]));
    const known = knownCoverage(hashes);
    const unknown = all.filter((file) => !known.has(file));
    unknown.sort((one, other) => Number(one.includes(SLOW)) - Number(other.includes(SLOW)));
    if (unknown.length > 0) say(`finding out what the tests of ${unknown.length} files reach`);
    while (unknown.length > 0) {
      if (Date.now() > untilMs) return undefined;
      const next = unknown.splice(0, FILES_AT_ONCE);
      const chosen = next.map((file) => ({ file }));
      const failed = await runs.run(chosen, { bail: false, testTimeoutMs: TEST_TIMEOUT_MS });
      for (const name of failed) say(`left out, because it fails without any mutant: ${name}`);
      const hits = readHits();
      for (const file of next) {
        known.set(file, { hash: hashes.get(file) ?? '', tests: hits.filter((test) => test.file === file) });
      }
      keepCoverage(known);
    }
    return coverageOf(all.flatMap((file) => known.get(file) ?? []));
  } finally {
    await runs.close();
  }
}

const isAmong = (file: string, tests: readonly string[]) =>
  tests.length === 0 || tests.some((prefix) => file.startsWith(join(ROOT, prefix)));

/** Of the files that are as they were, when the sources are, too. */
function knownCoverage(hashes: ReadonlyMap<string, string>): Map<string, FileCoverage> {
  const kept: KeptCoverage | undefined = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : undefined;
  const files = kept?.sources === hashOfSources() ? Object.entries(kept.files) : [];
  return new Map(files.filter(([file, { hash }]) => !hashes.has(file) || hashes.get(file) === hash));
}

function keepCoverage(known: ReadonlyMap<string, FileCoverage>): void {
  writeFileSync(
    KEPT,
    JSON.stringify({ sources: hashOfSources(), files: Object.fromEntries(known) } satisfies KeptCoverage),
  );
}

function readHits(): readonly TestHits[] {
  const path = join(HITS_DIR, 'tests.ndjson');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as TestHits);
}

function coverageOf(files: readonly FileCoverage[]): Coverage {
  const byRegion = new Map<string, Map<string, CoveringTest>>();
  const note = (region: string, test: CoveringTest) => {
    const known = byRegion.get(region) ?? new Map<string, CoveringTest>();
    byRegion.set(region, known.set(test.id, test));
  };
  for (const { tests } of files) {
    const outside = tests.flatMap((test) => test.outside);
    for (const { id, file, ms, hits } of tests) {
      for (const region of hits) {
        note(region, { id, file, ms });
        note(runOf(region), { id, file, ms });
      }
      for (const region of outside) note(region, { id, file, ms });
    }
  }
  const testsOf = (region: string) => [...(byRegion.get(region)?.values() ?? [])];
  return (region) => {
    const running = isFile(region) ? testsOf(runOf(region)) : [];
    return running.length > 0 ? running : testsOf(region);
  };
}

const isFile = (region: string) => region.endsWith('#0');
const runOf = (region: string) => `${region.slice(0, region.lastIndexOf('#'))}#run`;
