import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type ObjectFiles, ObjectNotFoundError } from '../../pipeline/ports.ts';
import { fileTrouble } from '../embedded/file-trouble.ts';
import { makeFolder } from '../make-folder.ts';
import { assertObjectKey } from '../object-key.ts';
import { systemCodeIn } from '../system-trouble.ts';
import { awsCode, awsTrouble } from './aws-trouble.ts';
import { repeated } from './repeat.ts';
import { type Bucket, type Place, placeOf, urlOf } from './s3-object-lists.ts';

/**
 * Objects of a bucket as files of the folder `dir`, which is created if it does not exist. Separate from
 * `s3ObjectFiles`, so that a read-only function has no code, and needs no permission, to write or to delete.
 * @throws an error that names operation, bucket, key and the AWS error code, once retries are exhausted; one that says
 * what to do if the disk is full.
 */
export function s3ObjectFetch(bucket: Bucket, dir: string): Pick<ObjectFiles, 'fetch'> {
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
  };
}

/** A response that ends early is a stream error, so once this resolves the file is complete. */
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
