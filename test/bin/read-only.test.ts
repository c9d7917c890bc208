import { execFile } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { fixture } from '../support/fixture-project.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const NOBODY = 65_534;

/** `weir` as a user who may write nowhere in the folder: root may, whatever the folder's mode is. */
function weirAsReader(args: readonly string[]) {
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const command = ['--import', 'tsx', join(packageRoot, 'bin/weir.ts'), ...args];
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, command, { cwd: fixture.dir, ...user }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );
}

async function setModes(dir: string, writable: boolean): Promise<void> {
  await chmod(dir, writable ? 0o755 : 0o555);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await setModes(join(dir, entry.name), writable);
    else await chmod(join(dir, entry.name), writable ? 0o644 : 0o444);
  }
}

describe('a data folder that is read-only', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let data: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await chmod(folder.path, 0o755);
    data = join(folder.path, 'data');
    const house = await lakehouse(data);
    const purchase = { created_at: '2026-01-31 10:45:05', country: 'Germany', currency: 'EUR', amount: 100 };
    await house.produce('shop.purchases', Date.UTC(2026, 0, 31, 10, 46, 30), [purchase, 'nonsense']);
    await house.settle();
    await house.refresh();
    await house.close();
    await setModes(data, false);
  });
  afterAll(async () => {
    await setModes(data, true);
    await folder.remove();
  });

  it.each<[string, readonly string[], RegExp]>([
    ['query of the lake', ['query', 'select country from lake.shop_purchases'], /Germany/],
    ['query of the tables', ['query', 'select country from analytics.purchase_summary'], /Germany/],
    ['models', ['models'], /analytics\.purchase_summary +merge +2026-01-31T10 +2026-01-31T10/],
    ['models --mermaid', ['models', '--mermaid'], /^flowchart LR/],
    ['dlq list', ['dlq', 'list'], /not_json/],
    ['streams', ['streams'], /shop\.purchases/],
  ])('is enough for weir %s', async (_, args, expected) => {
    const where = args[0] === 'streams' ? [] : ['--data-dir', data];
    const { code, stdout, stderr } = await weirAsReader([...args, ...where]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'rebuild',
      ['rebuild'],
      /^weir rebuild: cannot make the lock file in .*: permission denied: give this user the right to read and write there \(EACCES\)\n$/,
    ],
    [
      'transform',
      ['transform', '--hour', '2026-01-31T10'],
      /^weir transform: cannot open .*warehouse\.duckdb: permission denied: give this user .* \(EACCES\); the tables are as they were\n$/,
    ],
  ])('is refused by weir %s, which writes, with what is the matter', async (_, args, expected) => {
    const { code, stdout, stderr } = await weirAsReader([...args, '--data-dir', data]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(expected);
  });
});

it('weir models waits for a run of the models to end', async () => {
  const folder = await temporaryFolder();
  const house = await lakehouse(folder.path);
  try {
    await house.produce('shop.product_views', Date.UTC(2026, 0, 31, 10), [
      { productId: 'a', viewCount: 1, lastViewed: '2026-01-31 10:00:00' },
    ]);
    await house.settle();
    await house.refresh();
    // This process has the file open for writing, as a run has it.
    const asked = weir(['models', '--data-dir', folder.path]);
    const early = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 2500, 'waits'))]);
    expect(early).toBe('waits');
    await house.close();
    expect(await asked).toMatchObject({ code: 0, stderr: '' });
  } finally {
    await house.close();
    await folder.remove();
  }
});
