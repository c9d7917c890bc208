import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { objectFilesSuite } from '../../conformance/object-files.suite.ts';
import { objectStoreSuite } from '../../conformance/object-store.suite.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('the directory as an object store', () => {
  objectStoreSuite(async () => {
    const folder = await temporaryFolder();
    const dir = join(folder.path, 'data', 'lake');
    return {
      store: directoryObjectStore(dir),
      another: directoryObjectStore(dir),
      keepsMetadata: false,
      close: folder.remove,
    };
  });
});

describe('the directory as files, and what deletes them', () => {
  objectFilesSuite(async () => {
    const folder = await temporaryFolder();
    return { store: directoryObjectStore(join(folder.path, 'lake')), keepsMetadata: false, close: folder.remove };
  });
});

describe('the folder of a directory object store', () => {
  const body = new Uint8Array([1, 2, 3]);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let dir: string;
  let aside: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    dir = join(folder.path, 'lake');
    aside = join(dir, '.aside');
  });
  afterEach(() => folder.remove());

  it('is not made by a reader', async () => {
    expect(await directoryObjectStore(dir).list('')).toEqual([]);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('keeps nothing aside after a put, whether it created or not', async () => {
    const store = directoryObjectStore(dir);
    await store.putIfAbsent('a/b', body, {});
    await store.putIfAbsent('a/b', body, {});
    expect(await readdir(aside)).toEqual([]);
  });

  it('is rid of what killed processes left aside, and of nothing that a living one is writing', async () => {
    await mkdir(aside, { recursive: true });
    // 2^22 is above every Linux process id.
    const names = {
      dead: `${hostname()}~4194304~1`,
      living: `${hostname()}~${process.ppid}~2`,
      own: `${hostname()}~${process.pid}~3`,
      ownFormerLife: `${hostname()}~${process.pid}~4`,
      elsewhere: `another-host~4194304~5`,
      elsewhereOld: `another-host~4194304~6`,
      stranger: 'stranger',
    };
    for (const name of Object.values(names)) await writeFile(join(aside, name), 'part of an obj');
    const formerly = new Date(Date.now() - process.uptime() * 1000 - 60_000);
    await utimes(join(aside, names.ownFormerLife), formerly, formerly);
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(aside, names.elsewhereOld), hoursAgo, hoursAgo);
    const store = directoryObjectStore(dir);
    expect(await store.list('')).toEqual([]);
    await store.putIfAbsent('a', body, {});
    const kept = [names.living, names.own, names.elsewhere, names.stranger];
    expect((await readdir(aside)).sort()).toEqual(kept.sort());
    expect([await store.list(''), await store.listFolders('')]).toEqual([['a'], []]);
  });

  it('continues after its folders were deleted under it', async () => {
    const store = directoryObjectStore(dir);
    await store.putIfAbsent('t/hour=05/a', body, {});
    await rm(join(dir, 't'), { recursive: true });
    expect(await store.putIfAbsent('t/hour=05/a', body, {})).toBe('created');
    expect(await store.list('t/')).toEqual(['t/hour=05/a']);
  });

  it('continues after all of it was deleted under it, once it has reported that', async () => {
    const store = directoryObjectStore(dir);
    await store.putIfAbsent('a', body, {});
    await rm(dir, { recursive: true });
    await expect(store.putIfAbsent('b', body, {})).rejects.toThrow(/cannot write .*\(ENOENT\)/);
    expect(await store.putIfAbsent('b', body, {})).toBe('created');
  });

  it('says what failed, where and what to do, and keeps nothing aside', async () => {
    const store = directoryObjectStore(dir);
    await store.putIfAbsent('file', body, {});
    await mkdir(join(dir, 'folder'));
    await expect(store.putIfAbsent('file/below', body, {})).rejects.toThrow(
      /cannot write .*lake\/file\/below: a file stands where a folder is needed: move it away \(EEXIST\)/,
    );
    await expect(store.putIfAbsent('folder', body, {})).rejects.toThrow(/cannot write .*lake\/folder: .* \(EISDIR\)/);
    expect(await readdir(aside)).toEqual([]);
  });

  it('says what keeps an object from being read, and not that there is none', async () => {
    await mkdir(dir);
    await symlink('circle', join(dir, 'circle'));
    await expect(directoryObjectStore(dir).readTail('circle', 10)).rejects.toThrow(/^cannot read .*\(ELOOP\)/);
  });

  it('is tried again after it could not be made', async () => {
    await writeFile(dir, 'a file in its place');
    const store = directoryObjectStore(dir);
    await expect(store.putIfAbsent('a', body, {})).rejects.toThrow(/cannot make ready .*\.aside: .* \(E\w+\)/);
    await rm(dir);
    expect(await store.putIfAbsent('a', body, {})).toBe('created');
  });

  it('shows only its own files and folders: neither what links elsewhere nor the aside folder', async () => {
    const store = directoryObjectStore(dir);
    await store.putIfAbsent('t/a', body, {});
    await symlink('/etc', join(dir, 't', 'etc'));
    expect(await store.list('')).toEqual(['t/a']);
    expect(await store.listFolders('t/')).toEqual([]);
    await expect(store.putIfAbsent('.aside/a', body, {})).rejects.toThrow(/\.aside is the store's own folder/);
  });
});
