import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareKeys, isKeyPrefix } from '../object-key.ts';
import { ASIDE } from './aside-files.ts';
import { fileTrouble, systemCode } from './file-trouble.ts';

/** All keys below `dir` that start with `prefix` and sort after `after`, ascending by UTF-8 bytes; reads no other folder. */
export async function listDirectory(dir: string, prefix: string, after: string): Promise<readonly string[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const keys: string[] = [];
  if (isKeyPrefix(prefix)) await collect({ dir, prefix, after, keys }, folder);
  return keys;
}

/** The names of the folders directly below `prefix`, ascending by UTF-8 bytes. */
export async function listSubfolders(dir: string, prefix: string): Promise<readonly string[]> {
  if (!isKeyPrefix(prefix)) return [];
  const folders = (await entriesOf(dir, prefix)).filter((entry) => entry.isDirectory());
  return folders.map((entry) => entry.name).sort(compareKeys);
}

interface Listing {
  readonly dir: string;
  readonly prefix: string;
  readonly after: string;
  readonly keys: string[];
}

/** Folders sort with their trailing slash, like the keys in them: `a.b` comes before `a/b`. */
async function collect(listing: Listing, folder: string): Promise<void> {
  const { prefix, after, keys } = listing;
  const names = (await entriesOf(listing.dir, folder)).map((entry) => entry.name + (entry.isDirectory() ? '/' : ''));
  const found = names.map((name) => folder + name).filter((path) => path.startsWith(prefix));
  for (const path of found.sort(compareKeys)) {
    const isAfter = compareKeys(path, after) > 0;
    if (!path.endsWith('/')) {
      if (isAfter) keys.push(path);
    } else if (isAfter || after.startsWith(path)) {
      await collect(listing, path);
    }
  }
}

/** Files and folders; empty if the folder does not exist (any more). */
async function entriesOf(dir: string, folder: string): Promise<readonly Dirent[]> {
  const path = join(dir, folder);
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter(
      (entry) => (entry.isFile() || entry.isDirectory()) && !(folder === '' && entry.name === ASIDE),
    );
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw fileTrouble('list', path, error);
  }
}
