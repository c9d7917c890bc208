import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../lib/adapters/make-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('making a folder', () => {
  it('makes those above it too, and says which was the first', async () => {
    const path = join(folder.path, 'a', 'b', 'c');
    expect(await makeFolder(path)).toBe(join(folder.path, 'a'));
    expect(await makeFolder(path)).toBeUndefined();
    expect(existsSync(path)).toBe(true);
  });

  it('succeeds for all who want it at once', async () => {
    const path = join(folder.path, 'a', 'b');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
    expect(existsSync(path)).toBe(true);
  });

  it('fails where a file is in the way', async () => {
    await writeFile(join(folder.path, 'file'), '');
    await expect(makeFolder(join(folder.path, 'file'))).rejects.toThrow(/EEXIST/);
    await expect(makeFolder(join(folder.path, 'file', 'a'))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it.skipIf(!existsSync('/proc/self'))(
    'fails, instead of trying for ever, in a folder that takes no others',
    async () => {
      await expect(makeFolder('/proc/weir/log')).rejects.toThrow(/ENOENT/);
    },
  );
});
