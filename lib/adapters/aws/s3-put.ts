import type { Readable } from 'node:stream';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { assertObjectKey } from '../object-key.ts';
import { awsTrouble, httpStatus } from './aws-trouble.ts';
import { repeated } from './repeat.ts';
import { type Place, urlOf } from './s3-object-lists.ts';

/** S3's limit on an object's metadata, names and values together. */
const MAX_METADATA_BYTES = 2048;
const METADATA_HEADER = 'x-amz-meta-';

export interface ObjectBody {
  /** Called for every attempt, because a stream can only be sent once. */
  readonly open: () => Uint8Array | Readable;
  /** The size of a stream, which the stream itself does not provide. */
  readonly sizeBytes?: number;
}

/**
 * One conditional put, retried unchanged if that may help. If only the response was lost, the retry finds the object
 * that it wrote itself, and returns `exists`.
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
    // A server that refuses the put before it has read the body may close the connection before it responds.
    if (httpStatus(error) === undefined && (await isThere(place, key))) return 'exists';
    throw awsTrouble('S3 PutObject', urlOf(place, key), error);
  }
}

async function isThere({ client, bucket, root }: Place, key: string): Promise<boolean> {
  return client.send(new HeadObjectCommand({ Bucket: bucket, Key: root + key })).then(
    () => true,
    // Missing or unknown: the put's own error is more informative.
    () => false,
  );
}

/** Other characters are altered in HTTP headers. */
function fitsHeaders(metadata: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(metadata);
  const size = entries.reduce((sum, [name, value]) => sum + METADATA_HEADER.length + name.length + value.length, 0);
  const isPlain = entries.every(([name, value]) => /^[a-z0-9-]+$/.test(name) && /^([!-~]+( +[!-~]+)*)?$/.test(value));
  return isPlain && size <= MAX_METADATA_BYTES;
}
