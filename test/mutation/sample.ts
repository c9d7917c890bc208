import { createHash } from 'node:crypto';
import type { Mutant } from './mutants.ts';

interface SampleOptions {
  readonly sample: number;
  readonly seed: string;
  /** What the paths of their files begin with; none: all files. */
  readonly files: readonly string[];
}

/** As many mutants as are asked for: for the same seed the same ones, as long as their lines stay as they are. */
export function sampled(all: readonly Mutant[], { sample, seed, files }: SampleOptions): readonly Mutant[] {
  const within = all.filter(({ file }) => files.length === 0 || files.some((prefix) => file.startsWith(prefix)));
  const rank = ({ id }: Mutant) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  const ranked = within.map((mutant) => ({ mutant, rank: rank(mutant) }));
  ranked.sort((one, other) => (one.rank < other.rank ? -1 : 1));
  return ranked.slice(0, sample).map(({ mutant }) => mutant);
}
