import { dirname } from 'node:path';
import type { Result, Status } from './results.ts';

const STATUSES: readonly Status[] = ['killed', 'timeout', 'survived', 'unreached', 'equivalent'];

/** The share of mutants that tests miss, equivalent ones left out; null without mutants. */
export function score(results: readonly Result[]): number | null {
  const counted = results.filter(({ status }) => status !== 'equivalent');
  const missed = counted.filter(({ status }) => status === 'killed' || status === 'timeout');
  return counted.length === 0 ? null : missed.length / counted.length;
}

/** A line for each mutant that no test misses, then a table by folder. */
export function report(results: readonly Result[]): readonly string[] {
  const open = results.filter(({ status }) => status === 'survived' || status === 'unreached');
  const folders = [...new Set(results.map(({ mutant }) => dirname(mutant.file)))].sort();
  const rows = folders.map((folder) =>
    row(
      folder,
      results.filter(({ mutant }) => dirname(mutant.file) === folder),
    ),
  );
  return [...open.map(line).sort(), '', cells('', [...STATUSES, 'score']), ...rows, row('all', results)];
}

function line({ mutant, status }: Result): string {
  const { file, line, operator, original, text } = mutant;
  return `${status} ${file}:${line} ${operator}: ${original} → ${text.replaceAll(/\s+/g, ' ').slice(0, 120)}`;
}

function row(name: string, results: readonly Result[]): string {
  const counts = STATUSES.map((status) => String(results.filter((result) => result.status === status).length));
  const share = score(results);
  return cells(name, [...counts, share === null ? '' : `${(100 * share).toFixed(1)} %`]);
}

const cells = (name: string, values: readonly string[]) =>
  name.padEnd(34) + values.map((value) => value.padStart(12)).join('');
