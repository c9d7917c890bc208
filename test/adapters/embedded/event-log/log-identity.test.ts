import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IDENTITY_FILE, logIdentity } from '../../../../lib/adapters/embedded/event-log/log-identity.ts';
import { CorruptLogError } from '../../../../lib/adapters/embedded/event-log/segment.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('the identity of an embedded log', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('is made once, and found again by whoever opens the folder', async () => {
    const id = await logIdentity(folder.path);
    expect(JSON.parse(await readFile(join(folder.path, IDENTITY_FILE), 'utf8'))).toEqual({ id });
    expect(await logIdentity(folder.path)).toBe(id);
  });

  it.each(['', '{"id":', '{"id":7}', '{"id":""}', '{}', '[]'])(
    'is never made anew in place of a damaged one: %j',
    async (text) => {
      await writeFile(join(folder.path, IDENTITY_FILE), text);
      const refused = logIdentity(folder.path);
      await expect(refused).rejects.toThrow(CorruptLogError);
      await expect(refused).rejects.toThrow(`${join(folder.path, IDENTITY_FILE)} is damaged`);
    },
  );

  it('cannot be made where nothing can be written, and the error says why', async () => {
    await expect(logIdentity(join(folder.path, 'gone'))).rejects.toThrow(/^cannot write .*gone/);
  });
});
