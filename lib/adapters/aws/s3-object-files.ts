import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { type ObjectFiles, ObjectNotFoundError, type ObjectRemover } from '../../pipeline/ports.ts';
import { fileTrouble } from '../embedded/file-trouble.ts';
import { makeFolder } from '../make-folder.ts';
import { assertObjectKey } from '../object-key.ts';
import { systemCodeIn } from '../system-trouble.ts';
import { awsCode, awsTrouble } from './aws-trouble.ts';
import { repeated } from './repeat.ts';
import { type Bucket, type Place, placeOf, urlOf } from './s3-object-lists.ts';
import { putIfAbsent } from './s3-put.ts';

/**
 * Objects of a bucket as files of the folder `dir`, which is made where it is missing. Apart from `s3ObjectStore`, so that only
 * what keeps the lake in order has the code, and needs the permission, to delete.
 * @throws an error that names operation, bucket, key and the AWS error code, once repeating has not helped; one that says what to
 * do when the disk is full.
 */
export function s3ObjectFiles(bucket: Bucket, dir: string): ObjectFiles & ObjectRemover {
  const place = placeOf(bucket);
  return {
    async fetch(key) {
      assertObjectKey(key);
      await makeFolder(dir);
      const path = join(dir, `${randomUUID()}.parquet`);
      const release = () => rm(path, { force: true });
      try {
        await repeated(() => download(place, key, path));
      } catch (error) {
        await release();
        throw fetchTrouble(place, key, path, error);
      }
      return { path, release };
    },
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

/** An answer that ends early is an error of its stream: what is there when this resolves is the whole object. */
async function download({ client, bucket, root }: Place, key: string, path: string): Promise<void> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: root + key }));
  await pipeline(Body instanceof Readable ? Body : Readable.from([]), createWriteStream(path));
}

function fetchTrouble(place: Place, key: string, path: string, error: unknown): Error {
  if (awsCode(error) === 'NoSuchKey') {
    return new ObjectNotFoundError(`no object at ${urlOf(place, key)}`, { cause: error });
  }
  const isOfDisk = systemCodeIn(String(error)) !== undefined && !('$metadata' in Object(error));
  return isOfDisk ? fileTrouble('write', path, error) : awsTrouble('S3 GetObject', urlOf(place, key), error);
}
