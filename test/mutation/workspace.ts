import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './vitest-runs.ts';

/** Where runs keep what they have found out; git ignores it. */
export const CACHE = join(ROOT, '.cache/mutation');

/** The folders whose code is changed. */
const MUTATED = ['lib/pipeline', 'lib/adapters/embedded', 'lib/local'];

/** What the outcome of a test may depend on, besides its own file. */
const SOURCES = ['bin', 'contracts', 'lambdas', 'lib', 'test/conformance', 'test/fixtures', 'test/support'];

export const sourceOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The files that can be mutated, by their paths within the checkout. */
export const mutatedFiles = () => MUTATED.flatMap((folder) => filesIn(folder, '.ts'));

export const hashOfSources = () => hashOf(SOURCES.flatMap((folder) => filesIn(folder)));

/** Of sources and tests, without this tool itself. */
export const hashOfTree = () =>
  hashOf(
    [...SOURCES, 'test'].flatMap((folder) => filesIn(folder)).filter((file) => !file.startsWith('test/mutation/')),
  );

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(sourceOf(file));
  return hash.digest('hex');
}

export const hashOfFile = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Replaces the folder by one that holds these files: what processes read that tests start. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, source] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
}

/** What a process that a test starts needs in its environment to read other sources. */
export function childEnvironment(folder: string): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import ${join(import.meta.dirname, 'child-hook.mjs')}`,
    MUTATION_ROOT: ROOT,
    MUTATION_FILES: folder,
  };
}

function filesIn(folder: string, ending = ''): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending));
  return files.map((entry) => relative(ROOT, join(entry.parentPath, entry.name))).sort();
}
