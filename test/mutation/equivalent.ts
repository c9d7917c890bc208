import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';

/** A mutant that changes nothing that anybody could notice, and why that is so. */
interface Equivalent extends Pick<Mutant, 'file' | 'operator' | 'before' | 'original' | 'text'> {
  readonly reason: string;
}

const EQUIVALENT_FILE = join(import.meta.dirname, 'equivalent.json');

export function readEquivalents(): readonly Equivalent[] {
  return JSON.parse(readFileSync(EQUIVALENT_FILE, 'utf8'));
}

/** Under which it is set aside; lines are known by what they say, so that they may move. */
export function equivalentOf(mutant: Mutant, equivalents: readonly Equivalent[]): Equivalent | undefined {
  return equivalents.find((one) => isOf(one, mutant));
}

/** Those that no mutant is any more, because their line has changed. */
export function outdated(equivalents: readonly Equivalent[], mutants: readonly Mutant[]): readonly Equivalent[] {
  return equivalents.filter((one) => !mutants.some((mutant) => isOf(one, mutant)));
}

function isOf(one: Equivalent, mutant: Mutant): boolean {
  const keys = ['file', 'operator', 'before', 'original', 'text'] as const;
  return keys.every((key) => one[key] === mutant[key]);
}
