import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, open, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type ObjectFiles,
  ObjectNotFoundError,
  type ObjectRemover,
  type ObjectStore,
  type ObjectTail,
} from '../../pipeline/ports.ts';
import { makeFolder } from '../make-folder.ts';
import { assertObjectKey } from '../object-key.ts';
import { ASIDE, asideName, removeStaleAsides } from './aside-files.ts';
import { listDirectory, listSubfolders } from './directory-listing.ts';
import { fileTrouble, systemCode } from './file-trouble.ts';

/** Far more than one run writes to; evicting one costs a few fsyncs. */
const MAX_REMEMBERED_FOLDERS = 10_000;

/**
 * Objects as files below a folder, which the first put creates if it does not exist. An object is written aside, made
 * durable, and then linked to its name, which the file system allows only once:
 *
 *     write .aside/<unique>  →  fsync  →  link to <key>  →  fsync the folder of <key>  →  unlink .aside/<unique>
 *
 * So no reader ever sees part of an object, even if a writer is killed; files left by killed writers are removed before
 * the first put. Any number of processes may share the folder. Metadata is not kept. `listFolders` also lists a folder
 * that a killed writer left empty. An object cannot have the name of a folder.
 * @throws fileTrouble's errors, saying what failed, where, and what to do; no file is left aside
 */
export function directoryObjectStore(folder: string): ObjectStore & ObjectFiles & ObjectRemover {
  const dir = resolve(folder);
  const preparation = oncePrepared(dir);
  const folders = durableFolders(dir);

  /** @param write writes the file aside, durably */
  const putAside = async (key: string, write: (aside: string) => Promise<void>) => {
    assertOwnKey(key);
    const path = join(dir, key);
    await preparation.made();
    const aside = join(dir, ASIDE, asideName(randomUUID()));
    try {
      await write(aside);
      const outcome = await linkInto(folders, aside, path);
      await syncFolder(dirname(path));
      return outcome;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') preparation.forget();
      throw fileTrouble('write', path, error);
    } finally {
      // The next process removes what is not removed now.
      await unlink(aside).catch(() => {});
    }
  };

  return {
    putIfAbsent: (key, body) => putAside(key, (aside) => writeDurably(aside, body)),
    putFileIfAbsent: (key, file) => putAside(key, (aside) => copyDurably(file, aside)),
    async fetch(key) {
      assertOwnKey(key);
      const path = join(dir, key);
      await readTailOf(path, key, 0);
      return { path, release: async () => {} };
    },
    async remove(key) {
      assertOwnKey(key);
      const path = join(dir, key);
      try {
        await unlink(path);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw fileTrouble('delete', path, error);
      }
    },
    async readTail(key, maxBytes) {
      assertOwnKey(key);
      return readTailOf(join(dir, key), key, maxBytes);
    },
    list: (prefix, after = '') => listDirectory(dir, prefix, after),
    listFolders: (prefix) => listSubfolders(dir, prefix),
  };
}

function assertOwnKey(key: string): void {
  assertObjectKey(key);
  if (key === ASIDE || key.startsWith(`${ASIDE}/`)) throw new Error(`object key: ${ASIDE} is the store's own folder`);
}

/**
 * Creates the folders and removes stale aside files, once; after a failure, or if the folders disappear, the next call
 * tries again.
 */
function oncePrepared(dir: string) {
  let preparing: Promise<void> | undefined;
  const prepare = async () => {
    const asides = join(dir, ASIDE);
    try {
      const made = await makeFolder(asides);
      if (made !== undefined) await syncFolders(dir, dirname(made));
      await removeStaleAsides(asides);
    } catch (error) {
      preparing = undefined;
      throw fileTrouble('make ready', asides, error);
    }
  };
  return {
    made(): Promise<void> {
      preparing ??= prepare();
      return preparing;
    },
    forget(): void {
      preparing = undefined;
    },
  };
}

async function writeDurably(path: string, body: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

type DurableFolders = ReturnType<typeof durableFolders>;

/**
 * Folders that this process has made durable, including all their parents. An existing folder also counts only after
 * that: the process that created it may not have synced it yet.
 */
function durableFolders(dir: string) {
  const known = new Set<string>();
  return {
    async ensure(folder: string): Promise<void> {
      if (known.has(folder)) return;
      await makeFolder(folder);
      await syncFolders(folder, dir);
      if (known.size >= MAX_REMEMBERED_FOLDERS) known.clear();
      known.add(folder);
    },
    forget: (folder: string) => known.delete(folder),
  };
}

/** From the innermost folder out to one of its parents, both inclusive. */
async function syncFolders(innermost: string, outermost: string): Promise<void> {
  for (let at = innermost; at.length > outermost.length; at = dirname(at)) await syncFolder(at);
  await syncFolder(outermost);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function linkInto(folders: DurableFolders, aside: string, path: string): Promise<'created' | 'exists'> {
  const folder = dirname(path);
  await folders.ensure(folder);
  try {
    return await linkOnce(aside, path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    // The folder was known, and has since been deleted.
    folders.forget(folder);
    await folders.ensure(folder);
    return linkOnce(aside, path);
  }
}

async function linkOnce(aside: string, path: string): Promise<'created' | 'exists'> {
  try {
    await link(aside, path);
    return 'created';
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if ((await stat(path)).isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    return 'exists';
  }
}

async function readTailOf(path: string, key: string, maxBytes: number): Promise<ObjectTail> {
  try {
    const file = await open(path, 'r');
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new ObjectNotFoundError(`${key}: no object at ${path}, but something else`);
      const length = Math.min(stats.size, maxBytes);
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, stats.size - length);
      return { bytes, sizeBytes: stats.size, metadata: {} };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ObjectNotFoundError) throw error;
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw fileTrouble('read', path, error);
    throw new ObjectNotFoundError(`${key}: no object at ${path}`, { cause: error });
  }
}
