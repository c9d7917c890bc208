/**
 * Snappy in the framing of Java's Kafka clients. Others, such as librdkafka, may send one block without the frame.
 *
 *     82 53 4e 41 50 50 59 00   \x82SNAPPY\0
 *     version                   int32, 1
 *     compatible version        int32, 1
 *     blocks: length int32, and a block of Snappy's raw format of at most 32 KiB before compression
 *
 * @see https://github.com/xerial/snappy-java SnappyOutputStream
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
const BLOCK_BYTES = 32 * 1024;
const LENGTH_BYTES = 4;

export function compressXerial(bytes: Buffer, compress: (block: Buffer) => Buffer): Buffer {
  const parts: Buffer[] = [HEADER];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = compress(bytes.subarray(at, at + BLOCK_BYTES));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** @throws if the frame ends within a block, and whatever `decompress` throws */
export function decompressXerial(bytes: Buffer, decompress: (block: Buffer) => Buffer): Buffer {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return decompress(bytes);
  const blocks: Buffer[] = [];
  for (let at = HEADER.length; at < bytes.length; ) {
    const start = at + LENGTH_BYTES;
    const end = start + (start <= bytes.length ? bytes.readInt32BE(at) : 0);
    if (end < start || end > bytes.length)
      throw new Error(`a block goes beyond the ${bytes.length} bytes of its frame`);
    blocks.push(decompress(bytes.subarray(start, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}
