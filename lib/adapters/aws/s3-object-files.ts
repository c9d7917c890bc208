import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectFiles, ObjectRemover } from '../../pipeline/ports.ts';
import { assertObjectKey } from '../object-key.ts';
import { awsTrouble } from './aws-trouble.ts';
import { repeated } from './repeat.ts';
import { s3ObjectFetch } from './s3-object-fetch.ts';
import { type Bucket, placeOf, urlOf } from './s3-object-lists.ts';
import { putIfAbsent } from './s3-put.ts';

/**
 * Objects of a bucket as files of the folder `dir`, which is created if it does not exist. Separate from
 * `s3ObjectStore`, so that only maintenance of the lake has the code, and needs the permission, to delete.
 * @throws an error that names operation, bucket, key and the AWS error code, once retries are exhausted; one that says
 * what to do if the disk is full.
 */
export function s3ObjectFiles(bucket: Bucket, dir: string): ObjectFiles & ObjectRemover {
  const place = placeOf(bucket);
  return {
    fetch: s3ObjectFetch(bucket, dir).fetch,
    async putFileIfAbsent(key, path, metadata) {
      const { size: sizeBytes } = await stat(path);
      return putIfAbsent(place, key, { open: () => createReadStream(path), sizeBytes }, metadata);
    },
    async remove(key) {
      assertObjectKey(key);
      const { client, bucket: name, root } = place;
      try {
        await repeated(() => client.send(new DeleteObjectCommand({ Bucket: name, Key: root + key })));
      } catch (error) {
        throw awsTrouble('S3 DeleteObject', urlOf(place, key), error);
      }
    },
  };
}
