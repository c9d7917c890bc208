import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isProcessFolder, processFolder } from '../../../lib/adapters/embedded/process-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const UNIQUE = '00000000-0000-4000-8000-00000000000';

it('what processes left there that are no more is removed, and nothing that a living one or somebody else has made', async () => {
  const { path: dir, remove } = await temporaryFolder();
  const names = {
    // 2^22 is above every Linux process id.
    dead: `${hostname()}~4194304~${UNIQUE}1`,
    living: `${hostname()}~${process.ppid}~${UNIQUE}2`,
    elsewhere: `another-host~4194304~${UNIQUE}3`,
    elsewhereOld: `another-host~4194304~${UNIQUE}4`,
    stranger: 'notes',
  };
  for (const name of Object.values(names)) {
    await mkdir(join(dir, name, 'parts'), { recursive: true });
    await writeFile(join(dir, name, 'parts', 'weir.parquet'), 'part of an object');
  }
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  await utimes(join(dir, names.elsewhereOld), longAgo, longAgo);
  const [own, another] = [await processFolder(dir), await processFolder(dir)];
  expect([...(await readdir(dir))].sort()).toEqual(
    [
      names.living,
      names.elsewhere,
      names.stranger,
      own.path.slice(dir.length + 1),
      another.path.slice(dir.length + 1),
    ].sort(),
  );
  await own.remove();
  await own.remove();
  expect(await readdir(dir)).toHaveLength(4);
  expect(isProcessFolder(another.path.slice(dir.length + 1))).toBe(true);
  expect(isProcessFolder('weir~notes~1')).toBe(false);
  await remove();
});
