import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemCode } from './file-trouble.ts';

/** The folder of unfinished files. It is on the same file system as the objects, and never listed. */
export const ASIDE = '.aside';

/** No put takes this long. A put that was suspended for longer would fail, and be retried. */
const STALE_AFTER_MS = 3_600_000;

/** `<host>~<pid>~<unique>`: identifies the process that owns the file. */
export function asideName(unique: string): string {
  return [hostname(), process.pid, unique].join('~');
}

/** Removes files left by processes that no longer exist; files of live processes stay. */
export async function removeStaleAsides(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    try {
      if (isStale(name, (await stat(path)).mtimeMs, STALE_AFTER_MS)) await unlink(path);
    } catch (error) {
      // Finished, or removed by another process that is starting as well.
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

/**
 * Whether the file with such a name belongs to a dead process, as far as can be known; for another host's, after
 * `staleAfterMs`.
 */
export function isStale(name: string, writtenAtMs: number, staleAfterMs: number): boolean {
  const [host, pid] = name.split('~');
  if (Date.now() - writtenAtMs > staleAfterMs) return true;
  if (host !== hostname()) return false;
  return Number(pid) === process.pid ? writtenAtMs < startedAtMs() : !isAlive(Number(pid));
}

/** In a container the program may have the same process id on every start. Allows a second for coarse file times. */
function startedAtMs(): number {
  return Date.now() - process.uptime() * 1000 - 1000;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
