import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ObjectFiles,
  ObjectNotFoundError,
  type ObjectRemover,
  type ObjectStore,
} from '../../lib/pipeline/ports.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface FilesUnderTest {
  readonly store: ObjectStore & ObjectFiles & ObjectRemover;
  readonly keepsMetadata: boolean;
  close(): Promise<void>;
}

/** What `ObjectFiles` and `ObjectRemover` promise, checked against one implementation. */
export function objectFilesSuite(open: () => Promise<FilesUnderTest>): void {
  let opened: FilesUnderTest;
  let store: FilesUnderTest['store'];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
    folder = await temporaryFolder();
  });
  afterAll(async () => {
    await opened?.close();
    await folder?.remove();
  });
  const fileOf = async (name: string, body: Uint8Array) => {
    const path = join(folder.path, name);
    await mkdir(folder.path, { recursive: true });
    await writeFile(path, body);
    return path;
  };

  describe('fetch', () => {
    it('gives a file that is the whole object, whatever its size', async () => {
      for (const size of [0, 1, 100_000, 9_000_001]) {
        const body = randomBytes(size);
        await store.putIfAbsent(`fetch/${size}.parquet`, body, {});
        const { path, release } = await store.fetch(`fetch/${size}.parquet`);
        expect(Buffer.compare(await readFile(path), body)).toBe(0);
        await release();
      }
    });

    it('gives several at once, and releasing one leaves the others and the object', async () => {
      await store.putIfAbsent('several/a', Buffer.from('a'), {});
      const [first, second] = [await store.fetch('several/a'), await store.fetch('several/a')];
      await first.release();
      expect(await readFile(second.path, 'utf8')).toBe('a');
      await second.release();
      expect(await store.list('several/')).toEqual(['several/a']);
    });

    it('throws ObjectNotFoundError naming the key of what is not there', async () => {
      const failure = await store.fetch('nowhere/a.parquet').catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ObjectNotFoundError);
      expect(String(failure)).toContain('nowhere/a.parquet');
    });

    it('refuses a key that no object can have', async () => {
      await expect(store.fetch('../outside')).rejects.toThrow(/object key: expected/);
      await expect(store.remove('../outside')).rejects.toThrow(/object key: expected/);
      const path = await fileOf('body', Buffer.from('x'));
      await expect(store.putFileIfAbsent('../outside', path, {})).rejects.toThrow(/object key: expected/);
    });
  });

  describe('putFileIfAbsent', () => {
    it('creates once, whole, with its metadata, and leaves the file', async () => {
      const body = randomBytes(9_000_001);
      const path = await fileOf('large', body);
      const metadata = { weir: '{"kind":"compact"}' };
      expect(await store.putFileIfAbsent('files/large.parquet', path, metadata)).toBe('created');
      expect(await store.putFileIfAbsent('files/large.parquet', await fileOf('other', Buffer.from('x')), {})).toBe(
        'exists',
      );
      const found = await store.readTail('files/large.parquet', body.length);
      expect(Buffer.compare(found.bytes, body)).toBe(0);
      expect([found.sizeBytes, found.metadata]).toEqual([body.length, opened.keepsMetadata ? metadata : {}]);
      await access(path);
    });

    it('lets one of several writers win, those of bodies included', async () => {
      for (let race = 0; race < 10; race++) {
        const key = `files/race-${race}`;
        const bodies = Array.from({ length: 6 }, (_, writer) => Buffer.alloc(70_000 + writer, writer));
        const puts = bodies.map(async (body, writer) =>
          writer % 2 === 0
            ? store.putIfAbsent(key, body, {})
            : store.putFileIfAbsent(key, await fileOf(`race-${race}-${writer}`, body), {}),
        );
        const outcomes = await Promise.all(puts);
        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
        const winner = bodies[outcomes.indexOf('created')] ?? Buffer.alloc(0);
        expect(Buffer.compare((await store.readTail(key, 100_000)).bytes, winner)).toBe(0);
      }
    });

    it('says what is missing when there is no such file', async () => {
      await expect(store.putFileIfAbsent('files/none', join(folder.path, 'none'), {})).rejects.toThrow(/none/);
      expect(await store.list('files/none')).toEqual([]);
    });
  });

  describe('remove', () => {
    it('deletes one object, and is no error where there is none', async () => {
      for (const name of ['a', 'ab']) await store.putIfAbsent(`remove/${name}`, Buffer.from(name), {});
      await store.remove('remove/a');
      await store.remove('remove/a');
      await store.remove('nowhere/at/all');
      expect(await store.list('remove/')).toEqual(['remove/ab']);
      await expect(store.readTail('remove/a', 1)).rejects.toBeInstanceOf(ObjectNotFoundError);
    });

    it('frees the key: the next put creates it', async () => {
      await store.putIfAbsent('again/a', Buffer.from('first'), {});
      await store.remove('again/a');
      expect(await store.putIfAbsent('again/a', Buffer.from('second'), {})).toBe('created');
    });
  });
}
