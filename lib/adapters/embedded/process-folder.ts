import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { asideName, isStale } from './aside-files.ts';
import { systemCode } from './file-trouble.ts';

/** Far longer than the work in such a folder takes. */
const STALE_AFTER_MS = 86_400_000;

export interface ProcessFolder {
  readonly path: string;
  /** Deletes the folder. */
  remove(): Promise<void>;
}

/** A folder below `dir` that only this process uses. Folders left by processes that no longer exist are removed. */
export async function processFolder(dir: string): Promise<ProcessFolder> {
  await makeFolder(dir);
  for (const name of (await readdir(dir)).filter(isProcessFolder)) await removeIfStale(dir, name);
  const path = join(dir, asideName(randomUUID()));
  await makeFolder(path);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Whether `processFolder` gives such names. */
export function isProcessFolder(name: string): boolean {
  return /^[^~]+~\d+~[\da-f-]{36}$/.test(name);
}

async function removeIfStale(dir: string, name: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(join(dir, name));
    if (isStale(name, mtimeMs, STALE_AFTER_MS)) await rm(join(dir, name), { recursive: true, force: true });
  } catch (error) {
    // Removed by another process that is starting as well.
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
