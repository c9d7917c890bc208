import zlib from 'node:zlib';
import { RecordFormatError } from './fetch/record-batch.ts';
import { compressXerial, decompressXerial } from './xerial-snappy.ts';

/** In the order of the protocol's codes. */
export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type Compression = (typeof compressions)[number];

interface Codec {
  /** Absent if this machine cannot compress with it. */
  readonly compress?: (bytes: Buffer) => Buffer;
  readonly decompress: (bytes: Buffer) => Buffer;
}

/** Available since Node 22.15; the types do not include it yet. */
interface ZstdOfNode {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Buffer;
  readonly zstdDecompressSync?: (bytes: Uint8Array) => Buffer;
}

/** Native modules are loaded on demand: most topics need none of them, and functions in AWS do not include them. */
const loaders: Readonly<Record<Compression, () => Promise<Codec>>> = {
  none: async () => ({ compress: (bytes) => bytes, decompress: (bytes) => bytes }),
  gzip: async () => ({ compress: (bytes) => zlib.gzipSync(bytes), decompress: (bytes) => zlib.gunzipSync(bytes) }),
  snappy: async () => {
    const { compressSync, uncompressSync } = await import('snappy');
    return {
      compress: (bytes) => compressXerial(bytes, compressSync),
      decompress: (bytes) => decompressXerial(bytes, (block) => Buffer.from(uncompressSync(block, { asBuffer: true }))),
    };
  },
  lz4: async () => {
    const { compressFrameSync, decompressFrameSync } = await import('lz4-napi');
    return { compress: (bytes) => compressFrameSync(bytes), decompress: decompressFrameSync };
  },
  zstd: async () => {
    const { zstdCompressSync: compress, zstdDecompressSync: decompress }: ZstdOfNode & Partial<typeof zlib> = zlib;
    if (compress !== undefined && decompress !== undefined) return { compress, decompress };
    const fzstd = await import('fzstd');
    return { decompress: (bytes) => Buffer.from(fzstd.decompress(bytes)) };
  },
};

const loaded = new Map<Compression, Promise<Codec>>();
const ready = new Map<number, Codec>();

function load(name: Compression): Promise<Codec> {
  const loading = loaded.get(name) ?? loaders[name]();
  loaded.set(name, loading);
  return loading;
}

/**
 * Loads the codecs with these codes, for `decompress`.
 * @throws RecordFormatError naming a codec that is unknown, or cannot be loaded on this machine.
 */
export async function prepareCodecs(codecs: Iterable<number>): Promise<void> {
  for (const codec of codecs) if (!ready.has(codec)) ready.set(codec, await codecOf(codec));
}

async function codecOf(codec: number): Promise<Codec> {
  const name = compressions[codec];
  if (name === undefined) {
    throw new RecordFormatError(`expected records compressed with ${compressions.join(', ')}, found codec ${codec}`);
  }
  try {
    return await load(name);
  } catch (cause) {
    loaded.delete(name);
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new RecordFormatError(`the library for ${name} does not load: ${found}; run npm ci again`, { cause });
  }
}

/**
 * A record batch's records, decompressed.
 * @throws RecordFormatError naming the codec.
 */
export function decompress(codec: number, bytes: Buffer): Buffer {
  const known = ready.get(codec);
  if (known === undefined) throw new RecordFormatError(`codec ${codec} is not prepared`);
  try {
    return known.decompress(bytes);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new RecordFormatError(`${compressions[codec]} data cannot be decompressed: ${found}`, { cause });
  }
}

/**
 * The function that compresses records on this machine.
 * @throws Error saying what to do, if only decompression is available.
 */
export async function compressor(name: Compression): Promise<(bytes: Buffer) => Buffer> {
  const { compress } = await load(name);
  if (compress !== undefined) return compress;
  const others = compressions.filter((one) => one !== name).join(', ');
  throw new Error(
    `writing ${name} needs Node 22.15 or newer, found ${process.versions.node}; update Node, or take ${others}`,
  );
}
