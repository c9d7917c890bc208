import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, inject } from 'vitest';
import type { TestHits } from './coverage.ts';
import { HIT } from './probes.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly childEnvironment: Readonly<Record<string, string>>;
    /** Where each test's hits are appended; empty while mutants are tried. */
    readonly hitsDir: string;
  }
}

// The processes that the tests start; not this one, whose modules come from vitest.
Object.assign(process.env, inject('childEnvironment'));

const hitsDir = inject('hitsDir');
if (hitsDir !== '') recordHits();

function recordHits(): void {
  /** By imports, and by what runs between tests. */
  const outside = new Set<string>();
  let hits = outside;
  let startedMs = 0;
  (globalThis as Record<string, unknown>)[HIT] = (region: string) => void hits.add(region);

  beforeEach(({ task }) => {
    hits = new Set();
    startedMs = performance.now();
    const children = join(hitsDir, `${task.id}.txt`);
    writeFileSync(children, '');
    // A test may start its process as a user who may write nowhere else.
    chmodSync(children, 0o666);
    process.env.MUTATION_HITS = children;
  });
  afterEach(({ task }) => {
    // One that fails without a mutant proves nothing about one.
    if (task.result?.state === 'fail') return;
    const ms = Math.ceil(performance.now() - startedMs);
    const inChildren = readFileSync(join(hitsDir, `${task.id}.txt`), 'utf8')
      .split('\n')
      .slice(0, -1);
    const found: TestHits = {
      id: task.id,
      file: task.file.filepath,
      ms,
      hits: [...new Set([...hits, ...inChildren])],
      outside: [...outside],
    };
    appendFileSync(join(hitsDir, 'tests.ndjson'), `${JSON.stringify(found)}\n`);
    hits = outside;
  });
}
