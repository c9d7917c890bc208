import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObjectNotFoundError, type ObjectStore } from '../../lib/pipeline/ports.ts';

/** A store to check, empty, and a way to be rid of it. `another` opens the same objects a second time. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  readonly another: ObjectStore;
  readonly keepsMetadata: boolean;
  close(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (body: Uint8Array) => new TextDecoder().decode(body);
const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What `ObjectStore` promises, checked against one implementation. Every test has a folder of its own. */
export function objectStoreSuite(open: () => Promise<StoreUnderTest>): void {
  let opened: StoreUnderTest;
  let store: ObjectStore;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  });
  afterAll(() => opened?.close());

  const putAll = async (keys: readonly string[]) => {
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => store.putIfAbsent(key, bytes(key), {})));
    }
  };

  const refuses = async (key: string) => {
    await expect(store.putIfAbsent(key, bytes('x'), {})).rejects.toThrow(/object key: expected/);
    await expect(store.readTail(key, 1)).rejects.toThrow(/object key: expected/);
  };

  describe('putIfAbsent', () => {
    it('creates once, and never replaces what is there', async () => {
      expect(await store.putIfAbsent('put/once', bytes('first'), {})).toBe('created');
      expect(await store.putIfAbsent('put/once', bytes('second, longer'), {})).toBe('exists');
      expect(text((await store.readTail('put/once', 100)).bytes)).toBe('first');
    });

    it('lets one of twenty writers win, whole, for each of many keys', async () => {
      const stores = [opened.store, opened.another];
      for (let race = 0; race < 30; race++) {
        const key = `race/dt=2026-01-31/hour=05/g=0/key-${String(race).padStart(6, '0')}.parquet`;
        const bodies = Array.from({ length: 20 }, (_, writer) => new Uint8Array(1000 + writer * 977).fill(writer));
        const puts = bodies.map((body, writer) => stores[writer % 2]?.putIfAbsent(key, body, {}));
        const outcomes = await Promise.all(puts);
        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
        const winner = bodies[outcomes.indexOf('created')] ?? new Uint8Array();
        const { bytes: found, sizeBytes } = await store.readTail(key, 100_000);
        expect(Buffer.compare(found, winner)).toBe(0);
        expect(sizeBytes).toBe(winner.length);
      }
    });

    it('is seen at once by a read and a list, also through another client', async () => {
      for (let turn = 0; turn < 20; turn++) {
        const key = `seen/${String(turn).padStart(3, '0')}`;
        await store.putIfAbsent(key, bytes(key), {});
        expect(text((await opened.another.readTail(key, 100)).bytes)).toBe(key);
        expect((await opened.another.list('seen/')).at(-1)).toBe(key);
      }
    });

    it('keeps bodies of any bytes and sizes exactly', async () => {
      for (const size of [0, 1, 4096, 65_537, 3_000_001]) {
        const body = Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 255);
        await store.putIfAbsent(`sizes/${size}`, body, {});
        const tail = await store.readTail(`sizes/${size}`, size + 1);
        expect(tail.sizeBytes).toBe(size);
        expect(Buffer.compare(tail.bytes, body)).toBe(0);
      }
    });

    it('writes a view of a larger buffer, and nothing around it', async () => {
      const whole = bytes('before|body|after');
      await store.putIfAbsent('view', whole.subarray(7, 11), {});
      expect(text((await store.readTail('view', 100)).bytes)).toBe('body');
    });

    it('takes keys with spaces, = and other letters', async () => {
      const keys = ['odd/dt=2026-01-31/a b+c&d?e#f%20.parquet', 'odd/ünï/日本/🦊.parquet'];
      await putAll(keys);
      for (const key of keys) expect(text((await store.readTail(key, 1000)).bytes)).toBe(key);
      expect(await store.list('odd/')).toEqual([...keys].sort(byUtf8));
    });

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a/.', 'a\0b', 'a\ud800'])(
      'refuses %j as a key',
      refuses,
    );

    it('refuses a key that is too long for S3', () => refuses('k'.repeat(1025)));
  });

  describe('readTail', () => {
    it('answers the last bytes, and all of an object that has fewer', async () => {
      await store.putIfAbsent('tail/ten', bytes('0123456789'), {});
      expect(text((await store.readTail('tail/ten', 3)).bytes)).toBe('789');
      expect(text((await store.readTail('tail/ten', 10)).bytes)).toBe('0123456789');
      const more = await store.readTail('tail/ten', 65_536);
      expect([text(more.bytes), more.sizeBytes]).toEqual(['0123456789', 10]);
    });

    it('answers no bytes of an empty object, and of any object when asked for none', async () => {
      await store.putIfAbsent('tail/empty', new Uint8Array(), {});
      await store.putIfAbsent('tail/five', bytes('12345'), {});
      expect(await store.readTail('tail/empty', 100)).toMatchObject({ sizeBytes: 0, bytes: new Uint8Array() });
      expect(await store.readTail('tail/empty', 0)).toMatchObject({ sizeBytes: 0, bytes: new Uint8Array() });
      expect(await store.readTail('tail/five', 0)).toMatchObject({ sizeBytes: 5, bytes: new Uint8Array() });
    });

    it('throws ObjectNotFoundError naming the key of what is not there', async () => {
      await store.putIfAbsent('missing/folder/object', bytes('x'), {});
      for (const key of ['missing/never', 'missing/folder', 'missing/folder/object/below']) {
        const failure = await store.readTail(key, 10).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(ObjectNotFoundError);
        expect(String(failure)).toContain(key);
      }
    });

    it('answers the metadata that was put, or none where the store keeps none or it is too large', async () => {
      const small = { weir: '{"slot":17,"stream":"shop.purchases"}' };
      await store.putIfAbsent('metadata/small', bytes('x'), small);
      await store.putIfAbsent('metadata/large', bytes('x'), { weir: 'f'.repeat(2100) });
      expect((await store.readTail('metadata/small', 1)).metadata).toEqual(opened.keepsMetadata ? small : {});
      expect((await store.readTail('metadata/large', 1)).metadata).toEqual({});
    });
  });

  describe('list', () => {
    it('ascends by UTF-8 bytes, through folders', async () => {
      // A slash sorts behind a point and before a digit; U+FF5E before U+1F98A, which UTF-16 has the other way round.
      const keys = ['a.b', 'a/b', 'a/b.c', 'a0', 'é', '～', '🦊', 'B', 'a-b/c', 'aa/b/c'].map((key) => `order/${key}`);
      await putAll(keys);
      expect(await store.list('order/')).toEqual([...keys].sort(byUtf8));
    });

    it('takes a prefix that ends within a name', async () => {
      await putAll(['pre/x/ab-1', 'pre/x/ab-2', 'pre/x/ac', 'pre/xy/ab-3', 'pre/w']);
      expect(await store.list('pre/x/ab')).toEqual(['pre/x/ab-1', 'pre/x/ab-2']);
      expect(await store.list('pre/x')).toEqual(['pre/x/ab-1', 'pre/x/ab-2', 'pre/x/ac', 'pre/xy/ab-3']);
      expect(await store.list('pre/x/ab-1')).toEqual(['pre/x/ab-1']);
    });

    it('answers only what sorts after `after`, be that a key, a folder or neither', async () => {
      const keys = ['after/a/1', 'after/a/2', 'after/b/1', 'after/b.c', 'after/b/2', 'after/c'].sort(byUtf8);
      await putAll(keys);
      for (const after of [...keys, 'after/a/', 'after/b', 'after/b/15', 'after/b~', '0', 'z', 'after/']) {
        expect(await store.list('after/', after)).toEqual(keys.filter((key) => byUtf8(key, after) > 0));
      }
    });

    it('answers every key of more than two pages, once', async () => {
      const keys = Array.from({ length: 2105 }, (_, at) => `pages/p-${String(at).padStart(6, '0')}`);
      await putAll(keys);
      expect(await store.list('pages/')).toEqual(keys);
      expect(await store.list('pages/', keys[3])).toEqual(keys.slice(4));
    }, 120_000);

    it('is empty where nothing is, whatever the prefix', async () => {
      for (const prefix of ['nothing/', 'nothing', 'nothing/at/all/', '../', 'nothing/../', '//']) {
        expect(await store.list(prefix)).toEqual([]);
      }
    });
  });

  describe('listFolders', () => {
    it('answers the folders directly below, ascending, and no objects', async () => {
      const keys = ['g=0/a', 'g=0/b', 'g=10/a', 'g=2/deep/er/a', 'object', 'é/a'];
      await putAll(keys.map((key) => `folders/hour=05/${key}`));
      expect(await store.listFolders('folders/hour=05/')).toEqual(['g=0', 'g=10', 'g=2', 'é']);
      expect(await store.listFolders('folders/')).toEqual(['hour=05']);
      expect(await store.listFolders('folders/hour=05/g=0/')).toEqual([]);
      expect(await store.listFolders('folders/hour=06/')).toEqual([]);
    });

    it('answers every folder of more than a page', async () => {
      const names = Array.from({ length: 1010 }, (_, at) => `f-${String(at).padStart(6, '0')}`);
      await putAll(names.map((name) => `many/${name}/object`));
      expect(await store.listFolders('many/')).toEqual(names);
    }, 120_000);
  });
}
