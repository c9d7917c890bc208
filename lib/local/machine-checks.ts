import { constants, existsSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { acquireWriterLock, WriterLockedError } from '../adapters/embedded/writer-lock.ts';
import { limitOf, localRules } from '../derive/alarm-rules.ts';
import type { Settings } from '../settings.ts';
import { runningPipeline } from './control/control-client.ts';
import { dataFolder } from './folder/data-folder.ts';

/** One of Weir's requirements of a machine. */
export interface Check {
  readonly name: string;
  readonly isGood: boolean;
  /** What was found and, if the check failed, what to do. */
  readonly found: string;
}

const MIN_NODE = [20, 19] as const;
const MIN_FREE_BYTES = limitOf(localRules.diskSpace);

/** Checks everything that a pipeline with these settings requires of this machine. Read-only. */
export async function machineChecks(settings: Settings): Promise<readonly Check[]> {
  const folder = resolve(settings.dataDir);
  return [
    node(process.versions.node),
    await duckdb(),
    await writable(folder),
    await space(folder),
    await writer(folder),
  ];
}

function node(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isGood = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  const found = isGood ? version : `${version}; expected ${MIN_NODE.join('.')} or newer: install it`;
  return { name: 'Node', isGood, found };
}

async function duckdb(): Promise<Check> {
  try {
    const { version } = await import('@duckdb/node-api');
    const { openDuckdb } = await import('../adapters/duckdb/open-duckdb.ts');
    (await openDuckdb()).close();
    return { name: 'DuckDB', isGood: true, found: version() };
  } catch (error) {
    return { name: 'DuckDB', isGood: false, found: `it does not load: ${messageOf(error)}; run npm ci again` };
  }
}

/** The folder itself, or its nearest existing parent. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

async function writable(folder: string): Promise<Check> {
  const name = 'data folder';
  const existing = nearest(folder);
  try {
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK);
    return { name, isGood: true, found: existing === folder ? folder : `${folder} (made at the first start)` };
  } catch (error) {
    return {
      name,
      isGood: false,
      found: `${messageOf(error)}; give this user the right to write, or take another folder`,
    };
  }
}

/** What an unprivileged process can still write to the folder's disk. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function space(folder: string): Promise<Check> {
  try {
    const free = await freeBytes(nearest(folder));
    const found = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
    const isGood = free >= MIN_FREE_BYTES;
    return { name: 'disk', isGood, found: isGood ? found : `${found}; expected half a GiB at least: free some space` };
  } catch (error) {
    return { name: 'disk', isGood: false, found: messageOf(error) };
  }
}

async function writer(dir: string): Promise<Check> {
  const name = 'writer';
  const folder = dataFolder(dir);
  if (!existsSync(folder.log)) return { name, isGood: true, found: 'none' };
  try {
    (await acquireWriterLock(folder.log, `the event log in ${folder.log}`)).release();
    return { name, isGood: true, found: 'none' };
  } catch (error) {
    if (!(error instanceof WriterLockedError)) return { name, isGood: false, found: messageOf(error) };
    const pipeline = await runningPipeline(folder.pipelineFile);
    if (pipeline !== null) return { name, isGood: true, found: `a running pipeline (process ${pipeline.pid})` };
    return { name, isGood: false, found: messageOf(error) };
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
