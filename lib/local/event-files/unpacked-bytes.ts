import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ahead } from './ahead.ts';

/** Signatures of files that are not text. */
const OTHER_FILES: readonly (readonly [string, string])[] = [
  ['fffe', 'UTF-16 text: convert it (iconv -f utf-16 -t utf-8)'],
  ['feff', 'UTF-16 text: convert it (iconv -f utf-16 -t utf-8)'],
  ['504b0304', 'a zip archive: unpack it'],
  ['28b52ffd', 'compressed by zstd: unpack it (zstd -dc)'],
  ['425a68', 'compressed by bzip2: unpack it (bzip2 -dc)'],
  ['fd377a585a00', 'compressed by xz: unpack it (xz -dc)'],
  ['04224d18', 'compressed by lz4: unpack it (lz4 -dc)'],
  ['50415231', 'a Parquet file'],
  ['4f626a01', 'an Avro file'],
];

const GZIP = '1f8b';
const LONGEST = 6;

/**
 * The bytes of a stream, decompressed if it begins with the gzip signature, whatever the file's name.
 * @throws if the format cannot hold lines of JSON, naming the format.
 */
export async function* unpackedBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { head, all } = await ahead(chunks, ({ length }) => length >= LONGEST);
  const start = head.subarray(0, LONGEST).toString('hex');
  const other = OTHER_FILES.find(([bytes]) => start.startsWith(bytes))?.[1];
  if (other !== undefined) throw new Error(`expected JSON text in UTF-8, plain or compressed by gzip, found ${other}`);
  // The callback only prevents an error from being thrown twice: the error also ends the stream that is read.
  yield* start.startsWith(GZIP) ? pipeline(Readable.from(all), createGunzip(), () => {}) : all;
}
