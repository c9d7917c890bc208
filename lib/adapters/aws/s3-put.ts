import type { Readable } from 'node:stream';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { assertObjectKey } from '../object-key.ts';
import { awsTrouble, httpStatus } from './aws-trouble.ts';
import { repeated } from './repeat.ts';
import { type Place, urlOf } from './s3-object-lists.ts';

/** S3 keeps this much metadata with an object, names and values together. */
const MAX_METADATA_BYTES = 2048;
const METADATA_HEADER = 'x-amz-meta-';

export interface ObjectBody {
  /** Called for every attempt: a stream can be sent once. */
  readonly open: () => Uint8Array | Readable;
  /** Of a stream, which does not say it. */
  readonly sizeBytes?: number;
}

/**
 * One conditional put, repeated unchanged where that may help. When only the answer was lost, the repeat finds the object that it wrote
 * itself, and answers `exists`.
 * @throws an error that names operation, bucket, key and the AWS error code.
 */
export async function putIfAbsent(
  place: Place,
  key: string,
  { open, sizeBytes }: ObjectBody,
  metadata: Readonly<Record<string, string>>,
): Promise<'created' | 'exists'> {
  assertObjectKey(key);
  const input = {
    Bucket: place.bucket,
    Key: place.root + key,
    ContentLength: sizeBytes,
    IfNoneMatch: '*',
    ContentType: key.endsWith('.parquet') ? 'application/vnd.apache.parquet' : 'application/octet-stream',
    Metadata: fitsHeaders(metadata) ? metadata : {},
  };
  try {
    await repeated(() => place.client.send(new PutObjectCommand({ ...input, Body: open() })));
    return 'created';
  } catch (error) {
    if (httpStatus(error) === 412) return 'exists';
    // A server that refuses the put before it has read the body may close the connection ahead of its answer.
    if (httpStatus(error) === undefined && (await isThere(place, key))) return 'exists';
    throw awsTrouble('S3 PutObject', urlOf(place, key), error);
  }
}

async function isThere({ client, bucket, root }: Place, key: string): Promise<boolean> {
  return client.send(new HeadObjectCommand({ Bucket: bucket, Key: root + key })).then(
    () => true,
    // Not there, or not known: the trouble of the put says more.
    () => false,
  );
}

/** Other characters are changed on their way through headers. */
function fitsHeaders(metadata: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(metadata);
  const size = entries.reduce((sum, [name, value]) => sum + METADATA_HEADER.length + name.length + value.length, 0);
  const isPlain = entries.every(([name, value]) => /^[a-z0-9-]+$/.test(name) && /^([!-~]+( +[!-~]+)*)?$/.test(value));
  return isPlain && size <= MAX_METADATA_BYTES;
}
