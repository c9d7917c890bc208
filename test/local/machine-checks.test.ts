import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedEventLog } from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { type Check, machineChecks } from '../../lib/local/machine-checks.ts';
import { readSettings } from '../../lib/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

async function check(name: string, dataDir: string): Promise<Check | undefined> {
  const checks = await machineChecks(readSettings({ WEIR_DATA_DIR: dataDir }));
  return checks.find((one) => one.name === name);
}

describe('what a machine has for a pipeline', () => {
  it('is this Node, a DuckDB that loads, and a disk with room', async () => {
    const found = await machineChecks(readSettings({ WEIR_DATA_DIR: folder.path }));
    expect(found.map(({ name, isGood }) => [name, isGood])).toEqual([
      ['Node', true],
      ['DuckDB', true],
      ['data folder', true],
      ['disk', true],
      ['writer', true],
    ]);
    expect(found[0]?.found).toBe(process.versions.node);
    expect(found[1]?.found).toMatch(/^v\d+\.\d+/);
    expect(found[3]?.found).toMatch(/^\d+\.\d GiB free$/);
  });

  it('is a data folder that is there, or that the first start makes, however deep', async () => {
    const missing = join(folder.path, 'a', 'b');
    expect(await check('data folder', folder.path)).toMatchObject({ isGood: true, found: folder.path });
    expect(await check('data folder', missing)).toMatchObject({
      isGood: true,
      found: `${missing} (made at the first start)`,
    });
    expect((await check('disk', missing))?.isGood).toBe(true);
  });

  it('is no data folder where a file stands in its way', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    const found = await check('data folder', join(file, 'below'));
    expect(found?.isGood).toBe(false);
    expect(found?.found).toMatch(/give this user the right to write, or take another folder$/);
  });

  it('is a log that nobody writes, or else the process that does is named', async () => {
    const dir = join(folder.path, 'busy');
    await mkdir(dataFolder(dir).log, { recursive: true });
    expect(await check('writer', dir)).toMatchObject({ isGood: true, found: 'none' });
    const log = await embeddedEventLog({
      dir: dataFolder(dir).log,
      clock: systemClock,
      maxTopicBytes: 1e9,
      warn: () => undefined,
    });
    const busy = await check('writer', dir);
    expect(busy?.isGood).toBe(false);
    expect(busy?.found).toContain(String(process.pid));
    await log.close();
    expect(await check('writer', dir)).toMatchObject({ isGood: true, found: 'none' });
  });
});
