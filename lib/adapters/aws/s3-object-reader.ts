import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { ObjectNotFoundError, type ObjectStore, type ObjectTail } from '../../pipeline/ports.ts';
import { assertObjectKey } from '../object-key.ts';
import { awsCode, awsTrouble, httpStatus } from './aws-trouble.ts';
import { repeated } from './repeat.ts';
import { type Bucket, type Place, placeOf, s3ObjectLists, urlOf } from './s3-object-lists.ts';

/**
 * Lists the objects of a bucket, or of a prefix, and reads their last bytes. Separate from `s3ObjectStore`, so that a
 * read-only function has no code, and needs no permission, to write.
 * @throws an error that names operation, bucket, key and the AWS error code, once retries are exhausted.
 */
export function s3ObjectReader(bucket: Bucket): Pick<ObjectStore, 'list' | 'listFolders' | 'readTail'> {
  const place = placeOf(bucket);
  return { ...s3ObjectLists(bucket), readTail: (key, maxBytes) => readTail(place, key, maxBytes) };
}

async function readTail(place: Place, key: string, maxBytes: number): Promise<ObjectTail> {
  assertObjectKey(key);
  try {
    return await repeated(() => (maxBytes === 0 ? head(place, key) : tail(place, key, maxBytes)));
  } catch (error) {
    // A HEAD response has no body that could contain NoSuchKey.
    const isMissing = awsCode(error) === 'NoSuchKey' || awsCode(error) === 'NotFound';
    if (isMissing) throw new ObjectNotFoundError(`no object at ${urlOf(place, key)}`, { cause: error });
    throw awsTrouble('S3 GetObject', urlOf(place, key), error);
  }
}

async function tail(place: Place, key: string, maxBytes: number): Promise<ObjectTail> {
  const { client, bucket, root } = place;
  const get = new GetObjectCommand({ Bucket: bucket, Key: root + key, Range: `bytes=-${maxBytes}` });
  try {
    const { Body, ContentRange, Metadata: metadata = {} } = await client.send(get);
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const sizeBytes = Number(ContentRange?.split('/')[1] ?? bytes.length);
    return { bytes: bytes.subarray(Math.max(0, bytes.length - maxBytes)), sizeBytes, metadata };
  } catch (error) {
    // An empty object has no last bytes.
    if (httpStatus(error) !== 416) throw error;
    return head(place, key);
  }
}

async function head({ client, bucket, root }: Place, key: string): Promise<ObjectTail> {
  const answer = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: root + key }));
  return { bytes: new Uint8Array(), sizeBytes: answer.ContentLength ?? 0, metadata: answer.Metadata ?? {} };
}
