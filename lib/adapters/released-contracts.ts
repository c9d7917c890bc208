import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from '../contracts/contract.ts';
import { type ReleasedContract, releasedContract } from '../derive/released.ts';
import { type LocatedProject, ProjectError } from '../project.ts';

/** The project's folder of released contracts. */
const RELEASED_FOLDER = join('contracts', 'released');

export const releasedDir = ({ dir }: Pick<LocatedProject, 'dir'>) => join(dir, RELEASED_FOLDER);

/** A released contract as stored in its file, with a digest of the rest. */
interface ReleasedFile extends ReleasedContract {
  readonly digest: string;
}

/**
 * Every released contract; none if the folder is missing.
 * @throws ProjectError for a file that `weir accept` did not write, or that has been edited since.
 */
export function readReleased(dir: string): readonly ReleasedContract[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readFile(join(dir, name)));
}

function readFile(file: string): ReleasedContract {
  const { digest, ...released } = parsed(file);
  if (digest !== digestOf(released)) {
    throw new ProjectError(
      `${file}: expected it as weir accept wrote it, found it edited; restore it (git checkout), and change the contract instead`,
    );
  }
  return released;
}

function parsed(file: string): ReleasedFile {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ProjectError(`${file}: expected a released contract, found no JSON; restore it (git checkout)`, {
      cause,
    });
  }
}

const digestOf = (released: ReleasedContract) =>
  createHash('sha256').update(JSON.stringify(released)).digest('hex').slice(0, 16);

/** The content of a contract's file. */
export function releasedFile(contract: Contract): string {
  const released = releasedContract(contract);
  return `${JSON.stringify({ ...released, digest: digestOf(released) }, null, 2)}\n`;
}

/** @throws ProjectError if a field would get a different number than in its objects */
function assertSameIds(file: string, { fieldIds = {} }: ReleasedContract): void {
  for (const [field, id] of Object.entries(readFile(file).fieldIds ?? {})) {
    if (fieldIds[field] === id) continue;
    throw new ProjectError(
      `${file}: expected the number ${id} for the field ${field}, found ${fieldIds[field] ?? 'none'}; restore the file (git checkout)`,
    );
  }
}

/**
 * Writes the contract's file if it is new or has changed. After a crash between two contracts, the next call writes the
 * later ones.
 * @returns what was done.
 */
export function writeReleased(dir: string, contract: Contract): 'new' | 'changed' | 'unchanged' {
  const file = join(dir, `${contract.name}.json`);
  if (existsSync(file)) assertSameIds(file, releasedContract(contract));
  const text = releasedFile(contract);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : null;
  if (before === text) return 'unchanged';
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, text);
  return before === null ? 'new' : 'changed';
}
