import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolderId, readFolderIdentity, writeFolderIdentity } from '../../../lib/local/folder/folder-identity.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('the identity of a data folder', () => {
  let path: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const folder = await temporaryFolder();
    path = join(folder.path, 'folder.json');
    remove = folder.remove;
  });
  afterEach(() => remove());

  it('is read as it was written, and null before the first time', async () => {
    expect(await readFolderIdentity(path)).toBeNull();
    const source = { stream: 'orders', incarnation: 1, log: 'a', topic: 'o', topicId: null };
    const identity = { id: newFolderId(), sources: [source, { ...source, incarnation: 2, topicId: 'x' }] };
    await writeFolderIdentity(path, identity);
    expect(await readFolderIdentity(path)).toEqual(identity);
  });

  it.each([
    '',
    '{"id":"0a1b2c3d"',
    '{"id":7,"sources":[]}',
    '{"id":"0a1b2c3d","sources":[{"stream":"orders"}]}',
    'null',
  ])('is not made up anew where its file holds %s', async (text) => {
    await writeFile(path, text);
    await expect(readFolderIdentity(path)).rejects.toThrow(/folder\.json is damaged: expected .* Delete it to/);
  });
});
