import type { ObjectStore } from '../../pipeline/ports.ts';
import { type Bucket, placeOf } from './s3-object-lists.ts';
import { s3ObjectReader } from './s3-object-reader.ts';
import { putIfAbsent } from './s3-put.ts';

/**
 * Objects in a bucket, or below a prefix of one, on S3 or any server that honours `If-None-Match: *` under concurrency.
 * Metadata is stored up to 2 KB in printable ASCII, and omitted otherwise. If only the response was lost, a retried put
 * may find the object that it wrote itself: it then returns `exists`, which is true, and the caller reads who wrote it.
 * @throws an error that names operation, bucket, key and the AWS error code, once retries are exhausted.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function s3ObjectStore(bucket: Bucket): ObjectStore {
  const place = placeOf(bucket);
  return {
    ...s3ObjectReader(bucket),
    putIfAbsent: (key, body, metadata) => putIfAbsent(place, key, { open: () => body }, metadata),
  };
}
