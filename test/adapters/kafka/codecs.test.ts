import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressions, compressor, decompress, prepareCodecs } from '../../../lib/adapters/kafka/codecs.ts';
import { RecordFormatError } from '../../../lib/adapters/kafka/fetch/record-batch.ts';

const numberOf = (name: (typeof compressions)[number]) => compressions.indexOf(name);
const WRITABLE = compressions.filter((name) => name !== 'zstd' || 'zstdCompressSync' in zlib);
const large = Buffer.from('a record like any other, '.repeat(10_000));

/** "a record a record a record" as the zstd command compresses it: reading needs no Node that writes it. */
const ZSTD = Buffer.from('KLUv/QRYfQAASGEgcmVjb3JkIAEAnMsRTBdd/w==', 'base64');

describe('a codec', () => {
  it.each(WRITABLE)('gives back what it has compressed: %s', async (name) => {
    await prepareCodecs([numberOf(name)]);
    const compress = await compressor(name);
    const back = (bytes: Uint8Array) => decompress(numberOf(name), compress(Buffer.from(bytes)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => back(bytes).equals(bytes)));
    expect(back(large).equals(large)).toBe(true);
    if (name !== 'none') expect(compress(large).length).toBeLessThan(large.length / 10);
  });

  it('reads zstd on every Node', async () => {
    await prepareCodecs([numberOf('zstd')]);
    expect(decompress(numberOf('zstd'), ZSTD).toString()).toBe('a record a record a record');
  });

  it('writes zstd where Node can, and says elsewhere what to do', async () => {
    if ('zstdCompressSync' in zlib) {
      expect((await compressor('zstd'))(large).length).toBeLessThan(large.length);
    } else {
      await expect(compressor('zstd')).rejects.toThrow(
        /^writing zstd needs Node 22\.15 or newer, found \d+\.\d+\.\d+; update Node, or take none, gzip, snappy, lz4$/,
      );
    }
  });

  it('reads snappy in Java’s frame, of several blocks, and without a frame', async () => {
    const { compressSync } = await import('snappy');
    await prepareCodecs([numberOf('snappy')]);
    const framed = (await compressor('snappy'))(large);
    expect(framed.subarray(0, 16).toString('hex')).toBe('82534e415050590000000001'.concat('00000001'));
    expect(decompress(numberOf('snappy'), framed).equals(large)).toBe(true);
    expect(decompress(numberOf('snappy'), compressSync(large)).equals(large)).toBe(true);
    for (const length of [17, 19, framed.length - 1]) {
      expect(() => decompress(numberOf('snappy'), framed.subarray(0, length))).toThrow(RecordFormatError);
    }
  });

  it('says which it is where the bytes are not its own, or where it is not known', async () => {
    for (const name of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
      await prepareCodecs([numberOf(name)]);
      expect(() => decompress(numberOf(name), Buffer.from('no such bytes'))).toThrow(
        new RegExp(`^${name} data cannot be decompressed: `),
      );
    }
    await expect(prepareCodecs([6])).rejects.toThrow(
      'expected records compressed with none, gzip, snappy, lz4, zstd, found codec 6',
    );
  });
});
