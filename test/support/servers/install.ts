import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ServerMissingError, serverCache } from './requirement.ts';

const run = promisify(execFile);
const INSTALL_WITHIN_MS = 10 * 60_000;

/**
 * The folder `name` in the cache, filled by `fill` on first use. It appears atomically, even if two processes install
 * at the same time.
 * @throws ServerMissingError if `fill` fails, for example without a network.
 */
export async function installed(name: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(serverCache, name);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const half = await mkdtemp(`${folder}.`);
  try {
    await fill(half);
    // Fails if another process was faster, which is fine.
    await rename(half, folder).catch(() => {});
  } catch (error) {
    throw new ServerMissingError(`${name} could not be installed: ${error instanceof Error ? error.message : error}`);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return folder;
}

/** Runs an installer's command; if it fails, the error includes its output. */
export async function runInstaller(command: string, args: readonly string[], environment = {}): Promise<void> {
  await run(command, [...args], { env: { ...process.env, ...environment }, timeout: INSTALL_WITHIN_MS });
}
