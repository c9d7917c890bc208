import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { PermanentError } from './permanent-error.ts';
import type { ObjectStore } from './ports.ts';
import { type CompactFacts, FACTS_KEY, type SlotFacts } from './slot.ts';

/** One request of this size covers the footer of nearly every object. */
const FIRST_TAIL_BYTES = 64 * 1024;

/** A Parquet file ends with its footer, the footer's length (4 bytes, little endian) and `PAR1`. */
const TRAILER_BYTES = 8;

/** An object of the lake is truncated, damaged, or was not written by Weir. */
export class DamagedObjectError extends PermanentError {
  override readonly name = 'DamagedObjectError';
}

/**
 * Returns the facts of an object of the lake: from its metadata if the store kept them, else from its footer.
 * @throws DamagedObjectError naming its key, ObjectNotFoundError
 */
export async function readFacts(store: Pick<ObjectStore, 'readTail'>, key: string): Promise<SlotFacts | CompactFacts> {
  const tail = await store.readTail(key, FIRST_TAIL_BYTES);
  const inMetadata = tail.metadata[FACTS_KEY];
  if (inMetadata !== undefined) return parseFacts(inMetadata, key);
  const footer = await footerOf(store, key, tail.bytes);
  const facts = footer.key_value_metadata?.find((entry) => entry.key === FACTS_KEY)?.value;
  if (facts === undefined) throw damaged(key, "expected Weir's facts in the Parquet footer, found none");
  return parseFacts(facts, key);
}

/**
 * Returns the footer of an object of the lake.
 * @throws DamagedObjectError naming its key, ObjectNotFoundError
 * @see https://parquet.apache.org/docs/file-format/metadata/
 */
export async function readFooter(store: Pick<ObjectStore, 'readTail'>, key: string): Promise<FileMetaData> {
  return footerOf(store, key, (await store.readTail(key, FIRST_TAIL_BYTES)).bytes);
}

async function footerOf(store: Pick<ObjectStore, 'readTail'>, key: string, tail: Uint8Array): Promise<FileMetaData> {
  const footerBytes = footerLength(tail, key) + TRAILER_BYTES;
  const complete = footerBytes <= tail.length ? tail : (await store.readTail(key, footerBytes)).bytes;
  try {
    return parquetMetadata(Uint8Array.from(complete).buffer);
  } catch (cause) {
    throw damaged(key, 'expected a Parquet footer, found one that cannot be read', cause);
  }
}

function footerLength(tail: Uint8Array, key: string): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const magic = tail.length < TRAILER_BYTES ? '' : Buffer.from(tail.subarray(-4)).toString('latin1');
  if (magic !== 'PAR1') throw damaged(key, 'expected a Parquet object, found other bytes at its end');
  return view.getUint32(tail.length - TRAILER_BYTES, true);
}

function parseFacts(json: string, key: string): SlotFacts | CompactFacts {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw damaged(key, "expected Weir's facts as JSON, found other text", cause);
  }
}

function damaged(key: string, found: string, cause?: unknown): DamagedObjectError {
  return new DamagedObjectError(`${key}: ${found}`, { cause });
}
