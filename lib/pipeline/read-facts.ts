import { parquetMetadata } from 'hyparquet';
import type { ObjectStore } from './ports.ts';
import { type CompactFacts, FACTS_KEY, type SlotFacts } from './slot.ts';

/** Covers the footer of nearly every object in one request. */
const FIRST_TAIL_BYTES = 64 * 1024;

/** A Parquet file ends with its footer, the footer's length (4 bytes, little endian) and `PAR1`. */
const TRAILER_BYTES = 8;

/**
 * The facts of an object of the lake, out of its metadata where the store kept them, else out of its footer.
 * @throws when the object is none of Weir's, naming its key.
 * @see https://parquet.apache.org/docs/file-format/metadata/
 */
export async function readFacts(store: ObjectStore, key: string): Promise<SlotFacts | CompactFacts> {
  const tail = await store.readTail(key, FIRST_TAIL_BYTES);
  const inMetadata = tail.metadata[FACTS_KEY];
  if (inMetadata !== undefined) return JSON.parse(inMetadata);
  const footerBytes = footerLength(tail.bytes, key) + TRAILER_BYTES;
  const complete = footerBytes <= tail.bytes.length ? tail.bytes : (await store.readTail(key, footerBytes)).bytes;
  return factsInFooter(complete, key);
}

function footerLength(tail: Uint8Array, key: string): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const magic = tail.length < TRAILER_BYTES ? '' : Buffer.from(tail.subarray(-4)).toString('latin1');
  if (magic !== 'PAR1')
    throw new Error(`${key}: expected a Parquet object, found other bytes at its end; move it away`);
  return view.getUint32(tail.length - TRAILER_BYTES, true);
}

function factsInFooter(tail: Uint8Array, key: string): SlotFacts | CompactFacts {
  const { buffer, byteOffset, byteLength } = tail;
  const footer = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  const facts = footer.key_value_metadata?.find((entry) => entry.key === FACTS_KEY)?.value;
  if (facts === undefined) {
    throw new Error(`${key}: expected Weir's facts in the Parquet footer, found none; move the object away`);
  }
  return JSON.parse(facts);
}
