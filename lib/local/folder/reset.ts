import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IDENTITY_FILE } from '../../adapters/embedded/event-log/log-identity.ts';
import { LMDB_FILES } from '../../adapters/embedded/lmdb-metric-store.ts';
import { isProcessFolder } from '../../adapters/embedded/process-folder.ts';
import { acquireWriterLock, LOCK_FILE } from '../../adapters/embedded/writer-lock.ts';
import type { Contract } from '../../contracts/contract.ts';
import { catalogTables, DEAD_LETTERS } from '../../derive/names.ts';
import { type DataFolder, REBUILT_BY_FILE, REBUILT_FILE, WAREHOUSE_FILE } from './data-folder.ts';

/** Temporary files of lake and catalogue. */
const ASIDE = '.aside';

/** The lake's own folders beside the tables. */
const ABOUT_TABLES = ['chains', 'changed', 'compacted', 'generations'];

/** A database with the files that DuckDB writes next to it, and the leftovers of a rebuild. */
const WAREHOUSE_FILES = [WAREHOUSE_FILE, REBUILT_FILE]
  .flatMap((name) => [name, `${name}.wal`])
  .concat('duckdb-temp', REBUILT_BY_FILE, LOCK_FILE);

/** The files and folders that Weir created in a data folder, by name; nothing else is ever deleted. */
export async function madeByWeir(folder: DataFolder, contracts: readonly Contract[]): Promise<readonly string[]> {
  const tables = [...contracts.flatMap(catalogTables), DEAD_LETTERS];
  const catalogued = await namesIn(join(folder.catalog, DEAD_LETTERS.database));
  const work = (await namesIn(folder.work)).filter((name) => name === 'duckdb' || name.startsWith('weir-'));
  const ofProcesses = [folder.compact, folder.replay].map(async (dir) =>
    (await namesIn(dir)).filter(isProcessFolder).map((name) => join(dir, name)),
  );
  const paths = [
    ...['topics', 'groups', IDENTITY_FILE, LOCK_FILE].map((name) => join(folder.log, name)),
    ...[...catalogued, ...tables.map(({ table }) => table), ...ABOUT_TABLES, ASIDE].map((name) =>
      join(folder.lake, name),
    ),
    ...[...tables.map(({ database }) => database), ASIDE].map((name) => join(folder.catalog, name)),
    ...work.map((name) => join(folder.work, name)),
    ...(await Promise.all(ofProcesses)).flat(),
    ...WAREHOUSE_FILES.map((name) => join(folder.warehouse, name)),
    ...Object.values(LMDB_FILES).map((name) => join(folder.metrics, name)),
    folder.identityFile,
    folder.auditFile,
    folder.pipelineFile,
  ];
  return [...new Set(paths)].filter((path) => existsSync(path));
}

/**
 * Deletes these, then the data folder and its subfolders if they are empty.
 * @throws WriterLockedError while a pipeline, or another writer, uses the folder.
 */
export async function deleteMade(folder: DataFolder, paths: readonly string[]): Promise<void> {
  const lock = await acquireWriterLock(folder.log, `the data folder ${folder.dir}`);
  const lockFile = join(folder.log, LOCK_FILE);
  try {
    for (const path of paths.filter((one) => one !== lockFile)) await rm(path, { recursive: true, force: true });
    // Deleted last, while locked, so that the next process to lock that name starts with an empty folder.
    await rm(lockFile, { force: true });
  } finally {
    lock.release();
  }
  for (const dir of [
    folder.log,
    folder.lake,
    folder.catalog,
    folder.work,
    folder.compact,
    folder.replay,
    folder.warehouse,
    folder.metrics,
    folder.dir,
  ]) {
    // A folder with other content stays.
    await rmdir(dir).catch(() => undefined);
  }
}

async function namesIn(dir: string): Promise<readonly string[]> {
  return existsSync(dir) ? readdir(dir) : [];
}
