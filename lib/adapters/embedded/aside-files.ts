import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemCode } from './file-trouble.ts';

/** The folder of half-written files. It is on the file system of the objects, and never listed. */
export const ASIDE = '.aside';

/** No put takes this long. Were one to be frozen and wake up, it would fail, and be repeated. */
const STALE_AFTER_MS = 3_600_000;

/** `<host>~<pid>~<unique>`: says whose file it is. */
export function asideName(unique: string): string {
  return [hostname(), process.pid, unique].join('~');
}

/** Removes what processes left aside that are no more; files of living ones stay. */
export async function removeStaleAsides(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    try {
      if (isStale(name, (await stat(path)).mtimeMs, STALE_AFTER_MS)) await unlink(path);
    } catch (error) {
      // Finished, or removed by another process that starts as well.
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

/** Whether what has such a name is a dead process's, as far as can be known; of another host's, after `staleAfterMs`. */
export function isStale(name: string, writtenAtMs: number, staleAfterMs: number): boolean {
  const [host, pid] = name.split('~');
  if (Date.now() - writtenAtMs > staleAfterMs) return true;
  if (host !== hostname()) return false;
  return Number(pid) === process.pid ? writtenAtMs < startedAtMs() : !isAlive(Number(pid));
}

/** In a container every life of the program may have the same process id. A second of slack for coarse file times. */
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
