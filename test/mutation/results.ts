import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';
import { CACHE } from './workspace.ts';

export type Status = 'killed' | 'timeout' | 'survived' | 'unreached' | 'equivalent';

export interface Outcome {
  readonly status: Status;
  /** The first test that failed, and its message. */
  readonly killedBy?: string;
}

export interface Result extends Outcome {
  readonly mutant: Mutant;
  /** Of the sources and tests that it was tried with. */
  readonly tree: string;
}

const FILE = join(CACHE, 'results.ndjson');

/** The results of earlier runs that still hold, by mutant, and a way to keep one more. Other tests may miss a survivor. */
export function keptResults({ fresh, tree }: { readonly fresh: boolean; readonly tree: string }) {
  if (fresh) writeFileSync(FILE, '');
  const lines = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n').slice(0, -1) : [];
  const results = lines.map((line) => JSON.parse(line) as Result);
  const valid = results.filter(({ status, tree: of }) => of === tree || status === 'killed' || status === 'timeout');
  return {
    byId: new Map(valid.map((result) => [result.mutant.id, result])),
    keep: (result: Result) => appendFileSync(FILE, `${JSON.stringify(result)}\n`),
  };
}
