import { gunzipSync } from 'node:zlib';
import { RecordFormatError } from './record-batch.ts';

/** By the protocol's number of the codec. */
const decompressors: Readonly<
  Record<number, { readonly name: string; readonly decompress?: (bytes: Buffer) => Buffer }>
> = {
  0: { name: 'none', decompress: (bytes) => bytes },
  1: { name: 'gzip', decompress: (bytes) => gunzipSync(bytes) },
  2: { name: 'snappy' },
  3: { name: 'lz4' },
  4: { name: 'zstd' },
};

/**
 * A record batch's records as they were before a producer compressed them.
 * @throws RecordFormatError naming the codec.
 */
export function decompress(codec: number, bytes: Buffer): Buffer {
  const known = decompressors[codec];
  if (known?.decompress === undefined) {
    throw new RecordFormatError(`${known?.name ?? `codec ${codec}`} is a compression that Weir does not read`);
  }
  try {
    return known.decompress(bytes);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new RecordFormatError(`${known.name} data cannot be decompressed: ${found}`, { cause: error });
  }
}
