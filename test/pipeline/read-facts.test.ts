import { describe, expect, it } from 'vitest';
import { ObjectNotFoundError, type ObjectStore } from '../../lib/pipeline/ports.ts';
import { DamagedObjectError, readFacts, readFooter } from '../../lib/pipeline/read-facts.ts';

/** A store of one object. */
function storeOf(body: Uint8Array, metadata: Record<string, string> = {}): ObjectStore {
  const none = async () => {
    throw new Error('not asked for');
  };
  return {
    putIfAbsent: none,
    list: none,
    listFolders: none,
    readTail: async (key, maxBytes) => {
      if (key !== 'object') throw new ObjectNotFoundError(key);
      return { bytes: body.subarray(Math.max(0, body.length - maxBytes)), sizeBytes: body.length, metadata };
    },
  };
}

/** Bytes that end as Parquet does, with a footer of so many bytes before its length. */
function parquetLike(footer: Uint8Array, length = footer.length): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(length);
  trailer.write('PAR1', 4, 'latin1');
  return Buffer.concat([footer, trailer]);
}

describe('the facts of an object', () => {
  it('are in its metadata, where the store keeps it, whatever its bytes are', async () => {
    expect(await readFacts(storeOf(new Uint8Array(), { weir: '{"slot":3}' }), 'object')).toEqual({ slot: 3 });
  });

  it.each<[string, ObjectStore, string]>([
    [
      'no JSON in its metadata',
      storeOf(new Uint8Array(), { weir: '{"slot":' }),
      "expected Weir's facts as JSON, found other text",
    ],
    ['no bytes', storeOf(new Uint8Array()), 'expected a Parquet object, found other bytes at its end'],
    [
      'fewer bytes than a footer’s length has',
      storeOf(Buffer.from('PAR1')),
      'expected a Parquet object, found other bytes at its end',
    ],
    [
      'another end',
      storeOf(parquetLike(Buffer.alloc(100)).subarray(0, -1)),
      'expected a Parquet object, found other bytes at its end',
    ],
    [
      'a footer of zeros',
      storeOf(parquetLike(Buffer.alloc(100))),
      'expected a Parquet footer, found one that cannot be read',
    ],
    [
      'a footer longer than the object',
      storeOf(parquetLike(Buffer.alloc(4), 100_000)),
      'expected a Parquet footer, found one that cannot be read',
    ],
  ])('cannot be read where it has %s: its key and what was expected are said', async (_, store, message) => {
    const failure = await readFacts(store, 'object').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DamagedObjectError);
    expect((failure as Error).message).toBe(`object: ${message}`);
  });

  it('are not those of an object that no longer exists', async () => {
    await expect(readFacts(storeOf(new Uint8Array()), 'other')).rejects.toThrow(ObjectNotFoundError);
    await expect(readFooter(storeOf(new Uint8Array()), 'other')).rejects.toThrow(ObjectNotFoundError);
  });
});
