import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { awsTrouble } from './aws-trouble.ts';
import { type Bucket, placeOf, s3ObjectLists, urlOf } from './s3-object-lists.ts';

/** Browsers and CloudFront ask each time whether a file has changed: an answer of a few bytes if it has not. */
const CACHE_CONTROL = 'no-cache';

/**
 * The files of a website below a prefix of a bucket. Unlike the lake's objects, they are replaced.
 * @throws an error that names operation, bucket, key and the AWS error code, once retries are exhausted.
 */
export function s3SiteFolder(bucket: Bucket) {
  const place = placeOf(bucket);
  const object = (name: string) => ({ Bucket: place.bucket, Key: place.root + name });
  const trouble = (operation: string, name: string) => (error: unknown) => {
    throw awsTrouble(operation, urlOf(place, name), error);
  };
  return {
    list: () => s3ObjectLists(bucket).list(''),
    async put(name: string, { body, type }: { readonly body: string; readonly type: string }): Promise<void> {
      const put = new PutObjectCommand({ ...object(name), Body: body, ContentType: type, CacheControl: CACHE_CONTROL });
      await place.client.send(put).catch(trouble('S3 PutObject', name));
    },
    async remove(name: string): Promise<void> {
      await place.client.send(new DeleteObjectCommand(object(name))).catch(trouble('S3 DeleteObject', name));
    },
  };
}
